#include "web/api_page.hpp"

namespace oms::web {

std::string openapi_document() {  // NOLINT(readability-function-size): one text
    return R"json({
  "openapi": "3.0.3",
  "info": {
    "title": "oms-jira",
    "version": "0.1.0",
    "description": "Keeps the orders of an EOSC Marketplace and the issues of a Jira project in step. The marketplace calls the trigger, Jira the webhook; everything else here is for operators.",
    "license": {"name": "MIT"}
  },
  "paths": {
    "/mp/trigger": {
      "get": {
        "summary": "The marketplace has news",
        "description": "Answers at once and has the event feed read. Calls that come together are one. Where OMS_AUTHORIZATION_PASSWORD is set, Basic credentials are needed: in the Authorization header, or as the marketplace sends them, as a parameter named authorization in the query or the form body.",
        "parameters": [{"name": "authorization", "in": "query", "schema": {"type": "string"}, "description": "Basic and base64 (either alphabet) of user:password"}],
        "security": [{}, {"basic": []}],
        "responses": {"204": {"description": "Noted"}, "401": {"description": "Wrong or missing credential"}, "429": {"$ref": "#/components/responses/TooManyFailures"}}
      },
      "post": {
        "summary": "The marketplace has news",
        "description": "As GET.",
        "requestBody": {"required": false, "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"authorization": {"type": "string"}}}}}},
        "security": [{}, {"basic": []}],
        "responses": {"204": {"description": "Noted"}, "401": {"description": "Wrong or missing credential"}, "429": {"$ref": "#/components/responses/TooManyFailures"}}
      },
      "put": {
        "summary": "The marketplace has news",
        "description": "As GET.",
        "requestBody": {"required": false, "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"authorization": {"type": "string"}}}}}},
        "security": [{}, {"basic": []}],
        "responses": {"204": {"description": "Noted"}, "401": {"description": "Wrong or missing credential"}, "429": {"$ref": "#/components/responses/TooManyFailures"}}
      }
    },
    "/api/webhooks/jira": {
      "post": {
        "summary": "A webhook delivery of Jira",
        "description": "Answered when the hint is on disk. The body is never believed: it tells where to look. With a right credential, bodies that cannot be read, unknown issues and unknown events are answered 204 too, and counted.",
        "parameters": [
          {"name": "issue_id", "in": "query", "schema": {"type": "string"}, "description": "Register the webhook with issue_id=${issue.id}"},
          {"name": "secret", "in": "query", "schema": {"type": "string"}, "description": "OMS_JIRA_WEBHOOK_SECRET, or OMS_JIRA_WEBHOOK_SECRET_PREVIOUS"},
          {"name": "X-Hub-Signature", "in": "header", "schema": {"type": "string"}, "description": "sha256= and the HMAC of the raw body, in place of the secret parameter"}
        ],
        "requestBody": {"required": false, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {
          "204": {"description": "The hint is durable, or of no interest"},
          "401": {"description": "Wrong or missing credential"},
          "429": {"$ref": "#/components/responses/TooManyFailures"},
          "413": {"description": "The body is over 25 MiB"},
          "503": {"description": "It cannot be stored now, or no secret is configured"}
        }
      }
    },
    "/healthz": {
      "get": {"summary": "The process lives", "responses": {"200": {"description": "It does", "content": {"application/json": {"schema": {"type": "object", "properties": {"live": {"type": "boolean"}, "version": {"type": "string"}}}}}}}}
    },
    "/readyz": {
      "get": {
        "summary": "The process can take traffic",
        "description": "Its own database is usable, the schema current, and it is not stopping. A remote's trouble is told in the body and never makes it unready.",
        "responses": {
          "200": {"description": "Ready", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Readiness"}}}},
          "503": {"description": "Not ready", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Readiness"}}}}
        }
      }
    },
    "/metrics": {
      "get": {"summary": "Metrics for Prometheus", "responses": {"200": {"description": "The text format, version 0.0.4", "content": {"text/plain": {"schema": {"type": "string"}}}}}}
    },
    "/": {
      "get": {"summary": "This page", "responses": {"200": {"description": "Swagger UI", "content": {"text/html": {"schema": {"type": "string"}}}}}}
    },
    "/openapi.json": {
      "get": {"summary": "This document", "responses": {"200": {"description": "OpenAPI 3", "content": {"application/json": {"schema": {"type": "object"}}}}}}
    }
  },
  "components": {
    "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
    "responses": {
      "TooManyFailures": {
        "description": "Wrong or missing credential, after too many of them from this address. A right one is let in at any time",
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}
      }
    },
    "schemas": {
      "Readiness": {
        "type": "object",
        "properties": {
          "ready": {"type": "boolean"},
          "draining": {"type": "boolean"},
          "database": {"type": "string"},
          "remotes": {"type": "object", "additionalProperties": {"type": "object", "properties": {"state": {"type": "string", "enum": ["working", "waiting", "throttled", "paused"]}, "says": {"type": "string"}}}}
        }
      }
    }
  }
}
)json";
}

}  // namespace oms::web
