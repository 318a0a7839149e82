"""The operations that Podero documents, with the names of their pages."""

from typing import Final

from ...worlds.vendor import Documented

_API: Final = "/api/partners/v2.0"
_USER: Final = f"{_API}/org/{{org_id}}/users/{{user_id}}"
_VEHICLE: Final = f"{_USER}/electric-vehicles/{{electric_vehicle_id}}"

INVENTORY: Final = (
    Documented("POST", "/oauth2/token/", "get-access-token"),
    Documented("GET", f"{_API}/org/{{org_id}}/users", "list-users-in-the-organization"),
    Documented("POST", f"{_API}/org/{{org_id}}/users", "create-user"),
    Documented("GET", _USER, "get-a-user"),
    Documented("PUT", _USER, "update-a-user"),
    Documented("DELETE", _USER, "remove-a-user"),
    Documented(
        "GET", f"{_API}/org/{{org_id}}/users/by-ext-id/{{external_id}}", "get-details-about-an-user-by-external-id"
    ),
    Documented("POST", f"{_USER}/buildings", "add-building"),
    Documented("GET", f"{_USER}/buildings/{{building_id}}", "get-details-about-a-building"),
    Documented("PUT", f"{_USER}/buildings/{{building_id}}", "update-details-of-a-building"),
    Documented("GET", f"{_USER}/energy-contracts", "get-a-users-energy-contracts"),
    Documented("POST", f"{_USER}/energy-contracts", "register-a-users-energy-contract"),
    Documented("PUT", f"{_USER}/energy-contracts/{{energy_contract_id}}", "update-details-of-a-users-energy-contract"),
    Documented("GET", f"{_USER}/electric-vehicles", "get-a-users-electric-vehicles"),
    Documented("POST", f"{_USER}/electric-vehicles", "register-a-users-electric-vehicle"),
    Documented("GET", _VEHICLE, "get-details-about-a-users-electric-vehicle"),
    Documented("PUT", _VEHICLE, "update-a-users-electric-vehicle"),
    Documented("POST", f"{_VEHICLE}/boost", "trigger-a-boost-charge-or-arm-boost-for-the-next-session"),
    Documented("DELETE", f"{_VEHICLE}/boost", "cancel-a-boost"),
    Documented("GET", f"{_VEHICLE}/savings", "get-savings-data-for-a-specified-electric-vehicle"),
    Documented("GET", f"{_VEHICLE}/charge-policy", "get-a-vehicles-charge-policy"),
    Documented("PUT", f"{_VEHICLE}/charge-policy", "update-a-vehicles-charge-policy"),
    Documented("GET", f"{_VEHICLE}/sessions", "list-completed-charging-sessions-for-an-electric-vehicle"),
    Documented(
        "GET", f"{_VEHICLE}/sessions/current", "get-the-currently-active-charging-session-for-an-electric-vehicle"
    ),
    Documented("GET", f"{_USER}/heat-pumps", "get-all-of-a-users-heat-pumps"),
    Documented("POST", f"{_USER}/heat-pumps", "register-a-users-heat-pump"),
    Documented("GET", f"{_USER}/heat-pumps/{{heat_pump_id}}", "get-details-about-a-users-specific-heat-pump"),
    Documented("PUT", f"{_USER}/heat-pumps/{{heat_pump_id}}", "update-details-of-a-users-heat-pump"),
    Documented("GET", f"{_USER}/heat-pumps/{{heat_pump_id}}/savings", "get-savings-data-for-a-specified-heat-pump"),
    Documented("GET", f"{_USER}/heat-pumps/{{heat_pump_id}}/statistics", "get-statistics-for-a-specified-heat-pump"),
    Documented("GET", f"{_USER}/inverters", "get-a-users-solar-inverters"),
    Documented("POST", f"{_USER}/inverters", "register-a-users-solar-inverter"),
    Documented("GET", f"{_USER}/inverters/{{inverter_id}}", "get-details-about-a-users-inverter"),
    Documented("PUT", f"{_USER}/inverters/{{inverter_id}}", "update-details-of-a-users-inverter"),
    Documented("GET", f"{_USER}/wallboxes", "get-a-users-wallboxes"),
    Documented("GET", f"{_USER}/wallboxes/{{wallbox_id}}", "get-details-about-a-users-wallbox"),
    Documented("PUT", f"{_USER}/wallboxes/{{wallbox_id}}", "update-details-of-a-users-wallbox"),
    Documented(
        "POST", f"{_USER}/wallboxes/{{wallbox_id}}/boost", "trigger-a-boost-charge-or-arm-boost-for-the-next-session"
    ),
    Documented(
        "DELETE",
        f"{_USER}/wallboxes/{{wallbox_id}}/boost",
        "cancel-a-live-boost-and-disarm-a-boost-armed-for-the-next-session",
    ),
    Documented("POST", f"{_API}/device-onboarding", "create-a-new-device-onboarding-session"),
    Documented("GET", f"{_API}/device-onboarding/{{onboarding_session_id}}", "get-device-onboarding-session"),
    Documented("POST", f"{_API}/cues/{{cue_id}}/resolve", "start-a-pending-action"),
    Documented("POST", f"{_API}/cues/{{cue_id}}/state", "report-the-outcome-of-an-active-action"),
)
