#!/bin/sh
# Stands for your tests, in any language. They find the vendor's address and key in CHARGE_URL and CHARGE_KEY, as the
# application does, and the sandbox itself in WATTIF_URL.
set -eu

charge() { curl -sS --fail-with-body -H "Authorization: Bearer $CHARGE_KEY" "$@"; }
sandbox() { curl -sS --fail-with-body "$@"; }

# A session is started, and the clock is moved until it is paid.
world=$(sandbox -X POST "$WATTIF_URL/_sandbox/v1/worlds/default/reset")
order=$(echo "$world" | jq '.sample.charge | {charging_station, connector, driver, vehicle, payment_method}')
session=$(charge "$CHARGE_URL/charging_sessions" --json "$order" | jq -r .id)
sandbox "$WATTIF_URL/_sandbox/v1/worlds/default/clock/advance" \
  --json '{"until": {"id": "'"$session"'", "status": "settled"}}' >/dev/null

paid=$(charge "$CHARGE_URL/charging_sessions/$session" | jq .amount_paid)
echo "The session was paid: $paid cents."
test "$paid" -gt 0
