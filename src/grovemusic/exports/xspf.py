"""XSPF version 1: the JSPF document, written as XML.

Source: https://xspf.org/spec. Readers may expect elements in the order of the specification,
which is the order of the JSPF document's keys.
"""

from typing import Any
from xml.etree import ElementTree as ET

from grovemusic.domain.playlist import Playlist
from grovemusic.exports.jspf import jspf_document

NAMESPACE = "http://xspf.org/ns/0/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render(playlist: Playlist) -> str:
    """`playlist` as an XSPF file, to be stored as UTF-8."""
    document = jspf_document(playlist)["playlist"]
    tracks = document.pop("track")
    root = ET.Element("playlist", {"version": "1", "xmlns": NAMESPACE})
    _fill(root, document)
    track_list = ET.SubElement(root, "trackList")
    for track in tracks:
        _fill(ET.SubElement(track_list, "track"), track)
    ET.indent(root)
    return f"{DECLARATION}{ET.tostring(root, encoding='unicode')}\n"


def _fill(parent: ET.Element, document: dict[str, Any]) -> None:
    """One element a key, one for each item of a list; an extension names its application."""
    for name, value in document.items():
        match name, value:
            case "extension", dict():
                for application, body in value.items():
                    _fill(ET.SubElement(parent, name, {"application": application}), body)
            case "artist_identifiers", list():
                _fill(ET.SubElement(parent, name), {"identifier": value})
            case _, dict():
                _fill(ET.SubElement(parent, name), value)
            case _, list():
                for each in value:
                    ET.SubElement(parent, name).text = each
            case _, bool():
                ET.SubElement(parent, name).text = str(value).lower()
            case _:
                ET.SubElement(parent, name).text = str(value)
