"""The page at /docs: Swagger UI from our own files, so it works without a network.

The files are swagger-ui-dist's, copied to /docs-assets/ by the build; no other host is asked.
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>GroveMusic API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs-assets/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><noscript>The API is described in
<a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
<script src="/docs-assets/swagger-ui-bundle.js"></script>
<script src="/docs-assets/start.js"></script></body></html>
"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """The API, readable and to be tried out."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})
