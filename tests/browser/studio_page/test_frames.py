"""Pictures on their way into a request."""

from __future__ import annotations

from base64 import b64decode
from types import SimpleNamespace

import numpy as np
import pytest
from IPython.core import getipython
from playwright.sync_api import FilePayload, expect

from tests.browser.page.pictures import picture, png, size

from .driver import StudioPage

CHUNK = 512 * 1024


def test_a_picture_arrives_byte_for_byte_in_acknowledged_pieces(studio: StudioPage) -> None:
    data = picture(700, 700, noise=True)
    assert len(data) > 2 * CHUNK
    studio.open("image")
    studio.root.get_by_label("End frame", exact=True).set_input_files([png("noise.png", data)])
    expect(studio.root.locator("[data-field=end_image_url]")).to_contain_text(size(700, 700))
    pieces = studio.sent("upload")
    assert [piece["index"] for piece in pieces] == list(range(len(pieces)))
    assert [piece["last"] for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert {piece["size"] for piece in pieces} == {len(data)}
    arrived = studio.kernel(
        "kernel.received.flatMap((message, n) => message.kind === 'upload' ? [kernel.bytes[n].toBase64()] : [])"
    )
    assert max(len(b64decode(piece)) for piece in arrived) <= CHUNK
    assert b"".join(map(b64decode, arrived)) == data


def test_the_next_piece_waits_for_the_last_ones_answer(studio: StudioPage) -> None:
    studio.open("image")
    studio.kernel("kernel.deaf.add('upload')")
    studio.root.get_by_label("Start frame", exact=True).set_input_files(
        [png("noise.png", picture(700, 700, noise=True))]
    )
    studio.wait_for("upload")
    studio.settle()
    assert len(studio.sent("upload")) == 1
    expect(studio.generate).to_be_disabled()
    expect(studio.root.locator(".sd-why")).to_have_text("A picture is still on its way.")
    studio.kernel("kernel.hear()")
    expect(studio.generate).to_be_enabled()


def test_a_picture_too_long_for_any_endpoint_is_made_smaller(studio: StudioPage) -> None:
    studio.open("image")
    studio.root.get_by_label("Start frame", exact=True).set_input_files([png("wide.png", picture(6400, 3200))])
    expect(studio.root.locator("[data-field=image_url]")).to_contain_text(size(5999, 3000))


def test_a_file_that_is_no_picture_is_painted_and_not_sent(studio: StudioPage) -> None:
    studio.open("image")
    field = studio.root.get_by_label("Start frame", exact=True)
    field.set_input_files(FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"hello"))
    problem = studio.root.locator("[data-field=image_url] .sd-problem")
    expect(problem).to_contain_text("notes.txt does not decode as an image")
    expect(problem).to_contain_text("PNG, JPEG or WebP")
    assert studio.sent("upload") == []


def test_a_picture_pasted_on_the_widget_finds_its_field(studio: StudioPage) -> None:
    studio.open("empty")
    studio.root.get_by_label("Prompt").focus()
    studio.page.evaluate(
        """async (bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
            const prompt = document.activeElement;
            prompt.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        list(picture(400, 400)),
    )
    expect(studio.root.get_by_role("radio", name="Image → video")).to_be_checked()
    expect(studio.root.locator("[data-field=image_url]")).to_contain_text(size(400, 400))


def test_frames_come_from_addresses_variables_and_clips_and_swap(
    studio: StudioPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = SimpleNamespace(
        user_ns={"noise": np.zeros((640, 640, 3), np.uint8)}, events=SimpleNamespace(trigger=lambda *_: None)
    )
    monkeypatch.setattr(getipython, "get_ipython", lambda: notebook)
    studio.open("image")
    studio.opened.fal.files["pier.jpg"] = picture(1280, 720)
    start, end = (studio.root.locator(f"[data-field={name}]") for name in ("image_url", "end_image_url"))
    end.get_by_role("button", name="More sources for end frame").click()
    studio.root.get_by_role("menuitem", name="From an address…").click()
    studio.root.get_by_role("textbox", name="Address of a picture").fill(f"{studio.opened.fal.url}/files/pier.jpg")
    studio.page.keyboard.press("Enter")
    expect(end).to_contain_text("pier.jpg")
    studio.root.get_by_role("button", name="Swap the frames").click()
    expect(start).to_contain_text("pier.jpg")
    expect(end).to_contain_text("lake.png")
    end.get_by_role("button", name="More sources for end frame").click()
    studio.root.get_by_role("menuitem", name="From a kernel variable…").click()
    studio.root.get_by_role("button", name="noise").click()
    expect(end).to_contain_text("noise")
    end.get_by_role("button", name="More sources for end frame").click()
    studio.root.get_by_role("menuitem", name="Last frame of the clip shown").click()
    expect(end).to_contain_text("last frame of clip")
    end.get_by_role("button", name="Clear end frame").click()
    expect(end).to_contain_text("Choose")
