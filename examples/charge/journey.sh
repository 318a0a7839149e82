# A fleet's journey at Charge with curl and jq, from its first driver to the paid invoice. The lines can be pasted into a
# shell one by one, or run as `sh journey.sh http://localhost:8000 ch_sk_test_...`, with the key of a world of the sandbox.
URL=${1:-http://localhost:8000} KEY=${2:-$KEY}
charge() { curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }

# The company: a fleet with a driver, a vehicle and a card.
FLEET=$(charge $URL/v1/fleets --json '{"name": "Northside Deliveries", "email": "fleet@northside.example"}' | jq -r .id)
DRIVER=$(charge $URL/v1/drivers --json '{"name": "Robin Fischer", "email": "robin@northside.example"}' | jq -r .id)
charge $URL/v1/drivers/$DRIVER/attach --json '{"fleet": "'$FLEET'"}' | jq .fleets
VEHICLE=$(charge $URL/v1/vehicles --json '{
  "information": {"make": "Volkswagen", "model": "ID.4", "year": "2024"},
  "registration_plate": "AB-123-CD", "vin": "WVGZZZE2ZMP000001",
  "battery_capacity": 77000, "charging_standard": "CCS"}' | jq -r .id)
charge $URL/v1/vehicles/$VEHICLE/attach --json '{"fleet": "'$FLEET'"}' | jq .fleet
charge $URL/v1/vehicles/$VEHICLE/attach --json '{"driver": "'$DRIVER'"}' | jq .drivers
CARD=$(charge $URL/v1/payment_methods --json '{
  "type": "card", "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}}' | jq -r .id)
charge $URL/v1/payment_methods/$CARD/attach --json '{"fleet": "'$FLEET'"}' | jq .card

# A place to charge: the fastest free connector among the newest stations that take reservations.
STATIONS=$(charge -G $URL/v1/charging_stations -d available=true -d limit=100)
PLACE=$(echo "$STATIONS" | jq -c '[.data[] | select(.capabilities.reservable) as $station | .connectors[]
  | select(.type == "CCS" and .status == "available") | {power, at: $station.location}] | max_by(.power).at')

# A policy: the fleet charges around that place only.
POLICY=$(charge $URL/v1/policies --json '{
  "name": "Close to the depot", "mode": "enforcement", "status": "active",
  "rules": {"geofences": [{"center": '$PLACE', "name": "Around the depot", "radius_meters": 2000}]}}' | jq -r .id)
charge $URL/v1/fleets/$FLEET --json '{"policy_ids": ["'$POLICY'"]}' | jq .policy_ids

# A reservation for an hour from now, by the world's clock, which every answer names. It is confirmed by hand.
WORLD=$(charge -o /dev/null -D - $URL/v1/fleets | tr -d '\r' | sed -n 's/^x-sandbox-world: //Ip')
CLOCK=$URL/_sandbox/v1/worlds/$WORLD/clock
NOW=$(curl -sS $CLOCK | jq -r .now)
START=$(echo "$NOW" | jq -Rr '.[:19] + "Z" | fromdate + 3600 | todate')
END=$(echo "$START" | jq -Rr 'fromdate + 3600 | todate')
RESERVATION=$(charge $URL/v1/reservations --json '{
  "driver": "'$DRIVER'", "vehicle": "'$VEHICLE'", "payment_method": "'$CARD'", "connector_type": ["CCS"],
  "ideal_start": "'$START'", "ideal_end": "'$END'", "location": '$(echo $PLACE | jq -c '. + {radius: 2000}')'}' | jq -r .id)
STATION=$(charge $URL/v1/reservations/$RESERVATION/confirm --json '{}' | jq -r .charging_station)

# The window begins. A real fleet waits for it; here the clock is moved.
curl -sS $CLOCK/advance --json '{"to": "'$START'"}' | jq -c '{from, to}'
CONNECTOR=$(charge $URL/v1/charging_stations/$STATION \
  | jq -r '[.connectors[] | select(.type == "CCS")] | sort_by(.status == "reserved" | not)[0].id')
SESSION=$(charge $URL/v1/charging_sessions --json '{
  "charging_station": "'$STATION'", "connector": "'$CONNECTOR'", "driver": "'$DRIVER'", "vehicle": "'$VEHICLE'",
  "payment_method": "'$CARD'", "session_limit": 10000}' | jq -r .id)

# It ends by itself after 10 kWh. The clock is moved until the session is settled, and then its transaction has succeeded.
curl -sS $CLOCK/advance --json '{"until": {"id": "'$SESSION'", "status": "settled"}}' | jq -c '{from, to}'
charge $URL/v1/charging_sessions/$SESSION | jq -c '{status, energy_consumed, amount_paid}'
CURRENCY=$(charge -G $URL/v1/transactions -d driver=$DRIVER | jq -r '.data[0].currency')

# A report on the day, which is a file after five minutes; its link needs no key.
PERIOD='"period_start": "'$NOW'", "period_end": "'$(curl -sS $CLOCK | jq -r .now)'"'
REPORT=$(charge $URL/v1/reports --json '{
  "fleet": "'$FLEET'", "parameters": {"type": "charging_summary", "group_by": "vehicle", '"$PERIOD"'}}' | jq -r .id)
curl -sS $CLOCK/advance --json '{"by": "PT5M"}' | jq -c '{from, to}'
curl -sS "$(charge $URL/v1/reports/$REPORT | jq -r .url)"

# The invoice: drafted, finalised, and paid with the card.
INVOICE=$(charge $URL/v1/invoices --json '{"fleet": "'$FLEET'", "currency": "'$CURRENCY'", '"$PERIOD"'}' | jq -r .id)
charge $URL/v1/invoices/$INVOICE/finalize --json '{}' | jq -c '{status, amount_due, line_items}'
charge $URL/v1/invoices/$INVOICE/pay --json '{"payment_method": "'$CARD'"}' | jq -c '{status, amount_paid, paid_at}'
