"""The pattern of a value that has no form of its own and is known by the name beside it.

`names` is what the name contains, `value` what the value looks like. The name may go on, be
quoted, be a key, an attribute, an XML element or an option, in any common language:

    ACME_API_KEY=…            "acmeApiKey": "…"          <acme-key>…</acme-key>
    acme.api_key => '…'       acme: { key: `…` }         --acme-api-key …
"""

from typing import Final

# Nothing that ends a statement, so that the value is that of the name. An option or a word of
# prose has only a space before its value; names say `key` or `token`, so that is enough.
_TAIL: Final = r"""[\w.\- \t"'()\[\]{:\\]{0,40}"""
_OPERATOR: Final = r"(?:=>|[:?+|]{0,2}=|[:,> \t])[ \t]{0,8}"
_OPEN: Final = r"""(?:[bru@$]{1,2}["'])?[\\"'`(\[]{0,4}(?i:bearer |token |key )?"""
_CLOSE: Final = r"(?:[^\w\-+/=]|$)"


def assigned(names: str, value: str) -> str:
    """The pattern, over bytes; group 1 is the value."""
    return f"(?i:{names}){_TAIL}{_OPERATOR}{_OPEN}({value}){_CLOSE}"
