# An energy app's journey at Podero with curl and jq, from a new user to a night's savings. The lines can be pasted into a
# shell one by one, or run as `sh journey.sh http://localhost:8000 CLIENT_ID CLIENT_SECRET ORG_ID`, with those of a world of
# the sandbox.
URL=${1:-http://localhost:8000} CLIENT=${2:-$CLIENT} SECRET=${3:-$SECRET} ORG=${4:-$ORG}
API=$URL/api/partners/v2.0
podero() { curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" "$@"; }

# A token, which is valid for ten hours.
TOKEN=$(curl -sS -u "$CLIENT:$SECRET" $URL/oauth2/token/ --json '{"grant_type": "client_credentials"}' | jq -r .access_token)

# The user, whom the app knows by an id of its own, and the building.
podero $API/org/$ORG/users --json '{
  "role": "user", "email": "robin@energy.example", "external_user_id": "customer-1", "first_name": "Robin",
  "last_name": "Fischer", "town": "Berlin", "country": "DE", "latitude": 52.5251, "longitude": 13.3694}' | jq -c '{id, role}'
USER_ID=$(podero $API/org/$ORG/users/by-ext-id/customer-1 | jq -r .id)
MINE=$API/org/$ORG/users/$USER_ID
BUILDING=$(podero $MINE/buildings --json '{"name": "Home", "property_type": "Detached"}' | jq -r .id)

# The car: the user chooses it on the connect page and is sent on to the app. A browser shows the page; here its form is sent.
ONBOARDING=$(podero $API/device-onboarding --json '{
  "language": "en", "price_zone_default": "DE_LU", "is_smart_optimization_active_default": true, "device_type": "ev",
  "success_url": "https://app.example/linked", "cancel_url": "https://app.example/cancelled",
  "user_id": "'$USER_ID'", "building_id": "'$BUILDING'"}')
PAGE=$(echo "$ONBOARDING" | jq -r .authentication_url)
DEVICE=$(curl -sS $PAGE | grep -o 'value="[^"]*"[^>]*><span>[^<]*ID\.3' | cut -d '"' -f 2)
curl -sS $PAGE -d device=$DEVICE -o /dev/null -w '%{redirect_url}\n'
CAR_ID=$(podero $API/device-onboarding/$(echo "$ONBOARDING" | jq -r .id) | jq -r .object_id)
CAR=$MINE/electric-vehicles/$CAR_ID
podero $CAR | jq -c '{model: .device_model.model, battery_capacity_kwh, is_plugged_in}'

# The evening: the user plugs in, which is an event of the sandbox, and boosts the car. A real app waits; here the clock is
# moved. Every answer names the world.
WORLD=$(podero -o /dev/null -D - $CAR | tr -d '\r' | sed -n 's/^x-sandbox-world: //Ip')
CONTROL=$URL/_sandbox/v1/worlds/$WORLD
curl -sS --fail-with-body $CONTROL/simulate --json '{"event": "plug_in", "id": "'$CAR_ID'", "battery_level": 40}' | jq -c '{event}'
podero $CAR | jq -c '{is_plugged_in, is_charging, battery_level, boost_state}'
podero -X POST $CAR/boost
curl -sS $CONTROL/clock/advance --json '{"by": "PT15M"}' | jq -c '{from, to}'
podero $CAR | jq -c '{is_plugged_in, is_charging, battery_level, boost_state}'

# The energy contract: from now on a kWh costs 0.36 EUR, and half of that in three hours of the night.
HOUR=$(curl -sS $CONTROL/clock | jq -r '.now[:13] + ":00:00Z"')
hours() { echo "$HOUR" | jq -Rr 'fromdate + '$1' * 3600 | todate'; }
podero $MINE/energy-contracts --json '{
  "energy_contract_type": "monthly", "currency_energy_price": "EUR", "energy_price_includes_external_components": true,
  "building_id": "'$BUILDING'", "energy_prices": [
    {"price": 0.36, "timestamp": "'$(hours 0)'"}, {"price": 0.18, "timestamp": "'$(hours 4)'"},
    {"price": 0.36, "timestamp": "'$(hours 7)'"}]}' | jq -c '.energy_prices[]'

# The weekly policy: 80 % each day, by the end of the night.
DAY='{"charge_percentage": 80, "charge_deadline": "'$(hours 7 | cut -c 12-16)'"}'
podero -X PUT $CAR/charge-policy --json '{
  "mon": '"$DAY"', "tue": '"$DAY"', "wed": '"$DAY"', "thu": '"$DAY"', "fri": '"$DAY"', "sat": '"$DAY"', "sun": '"$DAY"',
  "timezone": "UTC"}' | jq -c .data.mon
podero -X PUT $CAR --json '{"is_charge_policy_enabled": true}' | jq -c '{is_charge_policy_enabled}'

# The night: the car comes home after 30 km, and waits for the cheap hours.
curl -sS --fail-with-body $CONTROL/simulate --json '{"event": "drive_away", "id": "'$CAR_ID'", "km": 30, "for": "PT45M"}' | jq -c '{event}'
curl -sS $CONTROL/clock/advance --json '{"by": "PT1H"}' | jq -c '{from, to}'
podero $CAR/sessions/current | jq -c '.session | {plug_in_time, desired_charging_start_time, charge_deadline, target_soc_pct}'
curl -sS $CONTROL/clock/advance --json '{"to": "'$(hours 6)'"}' | jq -c '{from, to}'
podero $CAR | jq -c '{is_plugged_in, is_charging, battery_level, boost_state}'

# An hour after the deadline the car is unplugged. The savings of the day are those of its sessions.
curl -sS $CONTROL/clock/advance --json '{"to": "'$(hours 8)'"}' | jq -c '{from, to}'
curl -sS $CONTROL/clock/advance --json '{"by": "PT1M"}' | jq -c '{from, to}'
DAYS="from=$(hours 0 | cut -c 1-10)&to=$(hours 8 | cut -c 1-10)"
podero "$CAR/sessions?$DAYS" | jq -c '.items[] | {plug_in_time, energy_charged_kwh, final_soc_pct, actual_savings_eur}'
podero "$CAR/savings?$DAYS&resolution=1DAY" | jq -c '.data[] | {day: .period.start_period, saved: .savings.total}'
