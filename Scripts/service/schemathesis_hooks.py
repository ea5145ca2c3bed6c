"""Teaches schemathesis to spell lines of JSON."""
import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(context, value):
    items = value if isinstance(value, list) else [value]
    return "\n".join(item if isinstance(item, str) else json.dumps(item) for item in items).encode(errors="replace")
