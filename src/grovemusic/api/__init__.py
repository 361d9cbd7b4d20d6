"""HTTP: what comes in is checked here, what goes out is shaped here, nothing is decided here.

app           the FastAPI application, its routers and handlers
schemas       request bodies, with every rule and example of the OpenAPI document
problem       errors as application/problem+json (RFC 9457)
run_document  a run that has no playlist yet, as JSON
services      what the routes work with
guard         limits on hosts, body size and content type, before anything is parsed
sse           a run's events as Server-Sent Events
docs          the page at /docs, served from our own files
routes/       one module a subject
"""
