"""Every page is HTML without an error, as the standard reads it, and refers to nothing that is not there."""

import html5lib
import pytest
import requests

from web_parts import picture

NAMES = '<i>"quoted" & so\u202e.jpg'


@pytest.fixture(scope="module")
def pages(server) -> dict[str, str]:
    good, bad = server.upload((NAMES, picture(3001)), ("cut.jpg", picture(3002)[:900]))
    server.wait_for([good["image_id"], bad["image_id"]], "processed", "rejected")
    form = requests.post(f"{server.url}/upload", files=[
        ("file", ("again.jpg", picture(3003))), ("file", ("page.jpg", b"<!doctype html>"))])
    addresses = {
        "upload": "/", "gallery": "/gallery", "search": "/gallery?q=%3Cb%3E%22&format=jpeg",
        "nothing": "/gallery?q=zzz",
        "image": f"/images/{good['image_id']}", "refused": f"/images/{bad['image_id']}",
        "delete": f"/images/{good['image_id']}/delete", "error": "/nothing",
    }
    return {"result": form.text} | {name: requests.get(server.url + path).text for name, path in addresses.items()}


NAMED = ["upload", "result", "gallery", "search", "nothing", "image", "refused", "delete", "error"]


@pytest.mark.parametrize("name", NAMED)
def test_a_page_has_no_error_of_html(pages, name):
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(pages[name])


@pytest.mark.parametrize("name", NAMED)
def test_a_page_refers_to_what_is_there(pages, name):
    tree = html5lib.parse(pages[name], namespaceHTMLElements=False)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), ids
    for element in tree.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form"):
            assert set((element.get(attribute) or "").split()) <= set(ids), (element.tag, attribute)
        if element.tag == "img":
            assert element.get("alt") is not None
        assert not element.get("style") and not any(key.startswith("on") for key in element.keys())
    assert tree.get("lang") and tree.find("head/title").text.strip()
    assert len(tree.findall(".//h1")) == 1 and len(tree.findall(".//main")) == 1
