"""The adapter from XML: its shape has to be that of Last.fm's JSON, or the tests above lie."""

from lastfm_xml import as_json


def test_one_is_an_object_and_two_are_a_list():
    one = b'<lfm status="ok"><a><b x="1"><n>1</n></b></a></lfm>'
    two = b'<lfm status="ok"><a x="1"><b>1</b><b/></a></lfm>'
    assert as_json(one) == {"a": {"b": {"@attr": {"x": "1"}, "n": "1"}}}
    assert as_json(two) == {"a": {"@attr": {"x": "1"}, "b": ["1", ""]}}


def test_a_leaf_with_attributes_is_an_object_with_text():
    assert as_json(b'<lfm status="ok"><i s="big">u</i></lfm>') == {"i": {"#text": "u", "s": "big"}}


def test_the_undeclared_prefix_is_read():
    body = b'<lfm status="ok"><r><opensearch:totalResults>3</opensearch:totalResults></r></lfm>'
    assert as_json(body) == {"r": {"opensearch:totalResults": "3"}}


def test_a_failure_is_an_error_object():
    body = b'<lfm status="failed"><error code="6">No such artist</error></lfm>'
    assert as_json(body) == {"error": 6, "message": "No such artist"}
