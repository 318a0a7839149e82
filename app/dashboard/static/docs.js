"use strict";

// The keys of the world `documented`, which every server has.
const KEYS = { secretKey: "ch_sk_test_...", token: "<token>", accessToken: "<token>" };

const ui = SwaggerUIBundle({
  urls: [
    { name: "Charge", url: "/_sandbox/v1/openapi/charge.json" },
    { name: "Cariqa Connect", url: "/_sandbox/v1/openapi/cariqa.json" },
    { name: "Podero Partner", url: "/_sandbox/v1/openapi/podero.json" },
    { name: "Wattif control API", url: "/_sandbox/v1/openapi/sandbox.json" },
  ],
  dom_id: "#contracts",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  onComplete: () => Object.entries(KEYS).forEach(([scheme, key]) => ui.preauthorizeApiKey(scheme, key)),
});
