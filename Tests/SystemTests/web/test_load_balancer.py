"""Sign-in by the load balancer's token, its key fetched from an address that a setting names."""

import requests

from load_balancer import KEY_ID, LoadBalancer
from upload_page import UploadPage, large_picture
from web_parts import picture


def test_only_a_token_of_our_load_balancer_lets_a_person_in(started, tmp_path):
    with LoadBalancer(tmp_path) as balancer:
        server = started(*balancer.settings())

        def ask(token: str | None) -> requests.Response:
            return requests.get(server.url, headers={"x-amzn-oidc-data": token} if token else {})

        assert ask(None).status_code == 401
        good = ask(balancer.token())
        assert good.status_code == 200 and "ada@example.org" in good.text
        for wrong in ({"signer": "arn:2"}, {"client": "x"}, {"iss": "x"}, {"exp": 1}, {"alg": "none"}):
            assert ask(balancer.token(**wrong)).status_code == 401, wrong
        assert ask(balancer.token(kid=KEY_ID[:-1] + "0")).status_code == 503
        assert ask(balancer.token()[:-8] + "AAAAAAA=").status_code == 401


def test_whoever_is_signed_out_in_between_loses_nothing(started, tmp_path):
    with LoadBalancer(tmp_path) as balancer, UploadPage(tmp_path, width=1280, height=900) as page:
        server = started(*balancer.settings())
        page.network()
        page.send_headers({"x-amzn-oidc-data": balancer.token()})
        page.show(server.url)
        assert "ada@example.org" in page.text("main") + page.evaluate("document.querySelector('nav').textContent")
        page.network(upload=150_000)
        page.drop(("sending.jpg", large_picture(40)))
        page.wait(lambda: page.has_sent(0.05))
        # The session ends while a file is on its way and others wait.
        page.send_headers({})
        page.drop(*((f"waiting-{number}.jpg", picture(7000 + number)) for number in range(5)))
        page.wait(lambda: page.text("notice"))
        page.network()
        page.wait(lambda: page.evaluate("document.getElementById('pause').textContent") == "Go on")
        assert "come in through it" in page.text("notice")
        assert not any(state in ("Refused", "Not sent") for state, _ in page.lines().values())
        # In another tab the person has signed in.
        page.send_headers({"x-amzn-oidc-data": balancer.token()})
        page.press("#pause")
        page.wait_for("Ready", count=6)
        assert page.text("notice") == ""
        found = requests.get(f"{server.url}/api/images", headers={"x-amzn-oidc-data": balancer.token()}).json()
        assert len(found["images"]) == 6
