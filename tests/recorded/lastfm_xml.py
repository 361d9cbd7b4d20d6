"""Last.fm's XML answers in the shape its JSON has, which it makes from them.

Repeated elements become a list and a single one an object; an element with attributes and text
becomes an object with "#text"; attributes of the outer elements go into "@attr".
"""

from xml.etree import ElementTree as ET

# The answers of *.search use this prefix without declaring it, and strict readers refuse them.
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def as_json(body: bytes):
    """The content of <lfm> as `json.loads` would give it.

    Raises:
        ET.ParseError: not XML.
    """
    declared = body.replace(b"<lfm ", f'<lfm xmlns:opensearch="{_OPENSEARCH}" '.encode(), 1)
    root = ET.fromstring(declared)  # noqa: S314 - our own files
    if root.get("status") == "failed":
        error = root.find("error")
        return {"error": int(error.get("code")), "message": error.text}
    [content] = root
    return {content.tag: _shape(content)}


def _shape(element):
    text = (element.text or "").strip()
    if not len(element) and not element.attrib:
        return text
    if not len(element):
        return {"#text": text, **element.attrib}
    found = {"@attr": dict(element.attrib)} if element.attrib else {}
    for child in element:
        name, shape = child.tag.replace(f"{{{_OPENSEARCH}}}", "opensearch:"), _shape(child)
        if name not in found:
            found[name] = shape
        elif isinstance(found[name], list):
            found[name].append(shape)
        else:
            found[name] = [found[name], shape]
    return found
