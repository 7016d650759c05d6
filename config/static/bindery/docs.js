// Shows the schema that the page names. Requests that are tried go out as the person who is logged
// in, so they carry the CSRF token of that session.
"use strict";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);

const place = document.getElementById("docs");
const csrf = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const token = csrf();
    if (token && !request.headers.Authorization) request.headers["X-CSRFToken"] = token;
    return request;
  },
});
