/** A vendor whose API the sandbox emulates. */
export type Vendor = 'charge' | 'cariqa' | 'podero';

/** The base address of each vendor's API. */
export interface Urls {
  charge: string;
  cariqa: string;
  podero: string;
}

/**
 * The keys of a world, and the ids that stand beside them in paths.
 *
 * In a world of a scenario of your own that names no such object, an id is null.
 */
export interface Credentials {
  charge: {
    secret_key: string;
  };
  cariqa: {
    token: string;
    user_id: string;
  };
  podero: {
    client_id: string;
    client_secret: string;
    /** An access token that does not expire. */
    token: string;
    org_id: string;
    user_id: string;
    electric_vehicle_id: string;
  };
}

/** Keys of your own for a new world; each that is left out is issued. Each opens one world of a server only. */
export interface ChosenCredentials {
  charge?: { secret_key?: string };
  cariqa?: { token?: string };
  podero?: { client_id?: string; client_secret?: string; token?: string };
}

/**
 * Ids of objects that the world has, to begin with.
 *
 * A world of a scenario of your own has no such id where the scenario names no such object.
 */
export interface Sample {
  charge: {
    charging_station: string;
    /** One of the station's connectors. */
    connector: string;
    driver: string;
    vehicle: string;
    payment_method: string;
    fleet: string;
    account: string;
  };
  cariqa: {
    evse_id: string;
    payment_method_id: string;
    /** A user who is charging when the world begins, if there is one. */
    active_user_id?: string;
  };
  podero: {
    /** The first day on which to look for the vehicle's sessions, such as 2026-03-01. */
    from: string;
    /** The last of these days. */
    to: string;
  };
}

/** The body of a call that starts a charging session. At Podero no call starts one. */
export interface Orders {
  /** Of `POST /charging_sessions`. */
  charge: Pick<Sample['charge'], 'charging_station' | 'connector' | 'driver' | 'vehicle' | 'payment_method'>;
  /** Of `POST /users/{user_id}/charging/start/`. */
  cariqa: Pick<Sample['cariqa'], 'evse_id' | 'payment_method_id'>;
}

/** Objects that behave in one way, under the same ids in every world. */
export interface Magic {
  charge: {
    declined_card: string;
    /** Its holder has to confirm the payment. */
    authentication_required_card: string;
    /** It is authorised, and the payment fails at settlement. */
    fails_later_card: string;
    offline_station: string;
    /** It fails ten minutes into every session. */
    faulty_station: string;
    /** It sends no data for half an hour, from ten minutes into every session on. */
    silent_station: string;
    /** The connector of these three stations. */
    connector: string;
    /** Another connector of the faulty station. */
    out_of_service_connector: string;
    /** It arrives with 97 % each time. */
    nearly_full_vehicle: string;
  };
  cariqa: {
    user_with_debt: string;
    user_without_billing_details: string;
    /** The owner of the four cards. */
    user_with_cards: string;
    good_card: string;
    declined_card: string;
    authentication_required_card: string;
    /** It leaves a debt. */
    fails_later_card: string;
    offline_evse_id: string;
    faulty_evse_id: string;
    out_of_service_evse_id: string;
    silent_evse_id: string;
    /** A session there shows no progress before its charge record. */
    no_progress_evse_id: string;
    /** A session there shows ten messages of progress. */
    progress_evse_id: string;
  };
  podero: {
    /** The organisation and the user of the vehicles. */
    org_id: string;
    user_id: string;
    /** It is never at home. */
    away_vehicle: string;
    /** It is plugged in at home during the whole first week. */
    plugged_in_vehicle: string;
    /** It was plugged in at home before. */
    unplugged_vehicle: string;
  };
}
