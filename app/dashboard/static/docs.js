"use strict";

// Shows the contracts of this server. `keys` are those of the world `documented`, by the names of security schemes.
function show({ contracts, keys }) {
  const ui = SwaggerUIBundle({
    urls: contracts,
    dom_id: "#contracts",
    deepLinking: true,
    showExtensions: true,
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: "StandaloneLayout",
    onComplete: () => Object.entries(keys).forEach(([scheme, key]) => ui.preauthorizeApiKey(scheme, key)),
  });
}

fetch("docs/contracts.json").then((answer) => answer.json()).then(show);
