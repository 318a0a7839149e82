"""The operations that Cariqa documents, with their operationIds."""

from typing import Final

from ...worlds.vendor import Documented

INVENTORY: Final = (
    Documented("GET", "/api/v1/users/", "users_list"),
    Documented("POST", "/api/v1/users/", "users_create"),
    Documented("GET", "/api/v1/users/{user_id}/", "users_retrieve"),
    Documented("PATCH", "/api/v1/users/{user_id}/", "users_partial_update"),
    Documented("DELETE", "/api/v1/users/{user_id}/", "users_destroy"),
    Documented("GET", "/api/v1/users/{user_id}/billing-details/", "users_billing_details_retrieve"),
    Documented("PUT", "/api/v1/users/{user_id}/billing-details/", "users_billing_details_update"),
    Documented("GET", "/api/v1/users/{user_id}/charging-sessions/", "users_charging_sessions_list"),
    Documented("GET", "/api/v1/users/{user_id}/charging-sessions/{session_id}/", "users_charging_sessions_retrieve"),
    Documented(
        "PATCH", "/api/v1/users/{user_id}/charging-sessions/{session_id}/", "users_charging_sessions_partial_update"
    ),
    Documented("GET", "/api/v1/users/{user_id}/charging/debts/", "users_charging_debts_list"),
    Documented("POST", "/api/v1/users/{user_id}/charging/start/", "users_charging_start_create"),
    Documented("POST", "/api/v1/users/{user_id}/charging/stop/{session_id}/", "users_charging_stop_create"),
    Documented("GET", "/api/v1/users/{user_id}/invoices/", "users_invoices_list"),
    Documented("GET", "/api/v1/users/{user_id}/payment-methods/", "users_payment_methods_list"),
    Documented(
        "DELETE", "/api/v1/users/{user_id}/payment-methods/{payment_method_id}/", "users_payment_methods_destroy"
    ),
    Documented(
        "POST",
        "/api/v1/users/{user_id}/payment-methods/{payment_method_id}/default/",
        "users_payment_methods_default_create",
    ),
    Documented("GET", "/api/v1/users/{user_id}/setup-intents/", "users_setup_intents_retrieve"),
    Documented("GET", "/api/v1/stations/around/", "stations_around_list"),
    Documented("GET", "/api/v1/stations/details/", "stations_details_retrieve"),
    Documented("GET", "/api/v1/stations/partners/", "stations_partners_list"),
    Documented("GET", "/api/v1/stations/tile/", "stations_tile_retrieve"),
)
