# A driver's journey at Cariqa with curl and jq, from the map to the paid debt. The lines can be pasted into a shell one by
# one, or run as `sh journey.sh http://localhost:8000 eyJhbGciOi...`, with the token of a world of the sandbox.
URL=${1:-http://localhost:8000} TOKEN=${2:-$TOKEN}
API=$URL/api/v1
cariqa() { curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" "$@"; }

# The map around the driver, and the cheapest station within 20 km that has a free connector.
cariqa "$API/stations/tile/?x=8802&y=5373&z=14" | jq -c '.features[] | {station_id, price_properties}'
AROUND=$(cariqa -G $API/stations/around/ -d latitude=52.5176 -d longitude=13.4166 -d distance=20000 \
  -d only_available=true -d connector_types=IEC_62196_T2 -d page_size=100)
FREE='. as $it | [.evses[] | select(.status == "AVAILABLE") | .evse_id] as $free | .price_groups[]
  | select(.type == "IEC_62196_T2" and .prices.kwh_price) | {id: $it.id, power, pre_authorization_amount, currency,
    evse: first(.evse_ids[] | select(IN($free[]))), price: .prices.kwh_price.ALL[0].user_facing_price | tonumber}'
STATION=$(echo "$AROUND" | jq -r "[.results[] | $FREE] | min_by(.price).id")

# Its details: the free connector, its price with VAT, and the amount that is held on the card before a session.
DETAILS=$(cariqa -G $API/stations/details/ -d id=$STATION -d type=station_id | jq -c "[$FREE] | min_by(.price)")
echo "$DETAILS"
EVSE=$(echo "$DETAILS" | jq -r .evse)

# The driver: a user, and the billing details that an invoice needs.
USER_ID=$(cariqa $API/users/ --json '{
  "email": "robin@driver.example", "locale": "en", "custom_properties": {"external_id": "r-1"}}' | jq -r .id)
MINE=$API/users/$USER_ID
cariqa -X PUT $MINE/billing-details/ --json '{
  "account_type": "personal", "first_name": "Robin", "last_name": "Fischer",
  "line1": "Lindenallee 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}' | jq -c .

# A card. A front end would take it with the setup intent's secret; here a call of the control API does it. Every answer
# names the world.
WORLD=$(cariqa -o /dev/null -D - $API/users/ | tr -d '\r' | sed -n 's/^x-sandbox-world: //Ip')
CONTROL=$URL/_sandbox/v1/worlds/$WORLD
SECRET=$(cariqa "$MINE/setup-intents/?pm_type=card" | jq -r .setup_intent_client_secret)
curl -sS --fail-with-body $CONTROL/setup-intents/$SECRET/confirm --json '{"card": "visa"}' | jq -c '{status}'
VISA=$(cariqa $MINE/payment-methods/ | jq -r '.results[0].id')

# Charging: started, looked at after half an hour, and stopped. A real driver waits; here the clock is moved.
SESSION=$(cariqa $MINE/charging/start/ --json '{"evse_id": "'$EVSE'", "payment_method_id": "'$VISA'"}' | jq -r .id)
curl -sS $CONTROL/clock/advance --json '{"by": "PT30M"}' | jq -c '{from, to}'
cariqa $MINE/charging-sessions/$SESSION/ | jq -c '{is_active, duration, consumed_energy}'
cariqa -X POST $MINE/charging/stop/$SESSION/

# The charge record comes a little later. With it the session has its final cost and an invoice, and gets its stars.
curl -sS $CONTROL/clock/advance --json '{"by": "PT2M"}' | jq -c '{from, to}'
cariqa $MINE/charging-sessions/$SESSION/ | jq -c '{is_active, consumed_energy, cost: .session_cost.invoice_summary}'
cariqa $MINE/invoices/ | jq -c '.results[] | {total, currency, refund}'
cariqa -X PATCH $MINE/charging-sessions/$SESSION/ --json '{"rates": 5}' | jq -c '{rates}'

# Another card, which passes the start and fails when the session is to be paid: that leaves a debt.
SECRET=$(cariqa "$MINE/setup-intents/?pm_type=card" | jq -r .setup_intent_client_secret)
curl -sS --fail-with-body $CONTROL/setup-intents/$SECRET/confirm --json '{"card": "fails_later"}' | jq -c '{status}'
FAILING=$(cariqa $MINE/payment-methods/ | jq -r '.results[0].id')
cariqa -X POST $MINE/payment-methods/$FAILING/default/
SESSION=$(cariqa $MINE/charging/start/ --json '{"evse_id": "'$EVSE'", "payment_method_id": "'$FAILING'"}' | jq -r .id)
curl -sS $CONTROL/clock/advance --json '{"by": "PT15M"}' | jq -c '{from, to}'
cariqa -X POST $MINE/charging/stop/$SESSION/
curl -sS $CONTROL/clock/advance --json '{"by": "PT2M"}' | jq -c '{from, to}'
DEBT=$(cariqa $MINE/charging/debts/ | jq -c '.results[0]')
echo "$DEBT" | jq -c '{amount, currency}'

# A debt refuses the next start. It is settled by confirming its payment intent, with a card that pays.
START='{"evse_id": "'$EVSE'", "payment_method_id": "'$VISA'"}'
curl -sS -H "Authorization: Bearer $TOKEN" $MINE/charging/start/ --json "$START" | jq -c .error
SECRET=$(echo "$DEBT" | jq -r .payment_intent_client_secret)
curl -sS --fail-with-body $CONTROL/payment-intents/$SECRET/confirm --json '{"card": "visa"}' | jq -c '{status}'
cariqa $MINE/charging/debts/ | jq -c '{debts: .count}'
cariqa $MINE/invoices/ | jq -c '{invoices: .count, total: .results[0].total}'

# And the driver can charge again.
SESSION=$(cariqa $MINE/charging/start/ --json "$START" | jq -r .id)
cariqa $MINE/charging-sessions/$SESSION/ | jq -c '{is_active}'
cariqa -X POST $MINE/charging/stop/$SESSION/
