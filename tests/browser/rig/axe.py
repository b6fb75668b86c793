"""Accessibility checks with axe-core, from the JavaScript tools that `make test` installs."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[3] / "js/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# JupyterLab's body is 0 px high and hides what overflows: axe would take all text for hidden and check no contrast.
TALL_BODY = "html, body { height: 100% !important }"


def violations(page: Page, selector: str) -> list[str]:
    """What axe finds in the element: one line for each rule broken, with where. JupyterLab around it is not judged."""
    page.add_style_tag(content=TALL_BODY)
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """([selector, rules]) => axe
            .run(selector, { runOnly: rules, resultTypes: ["violations"] })
            .then((result) => result.violations)""",
        [selector, RULES],
    )
    return [
        f"{rule['id']}: {rule['help']}: " + ", ".join(" ".join(map(str, node["target"])) for node in rule["nodes"])
        for rule in found
    ]
