// Starts Swagger UI on /api/docs. A file of its own, because the page allows no inline script.
SwaggerUIBundle({
  url: '/api/schema',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
