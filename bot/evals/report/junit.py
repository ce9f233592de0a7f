"""JUnit XML, which CI systems show beside other tests.

Schema: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from bot.evals.cases import HOLDOUT
from bot.evals.figures import SetResult
from bot.evals.gate import TOLERANCES, Fall
from bot.evals.metrics.faults import FAULTS

__all__ = ["junit"]

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(sets: Sequence[SetResult], falls: Sequence[Fall], *, gated: bool) -> bytes:
    """Return a test suite for each set, a test case a question, and one suite for the gate when it was judged.

    A question with a fault is reported as skipped, not failed: only the gate decides whether the build is red.
    """
    root = ET.Element("testsuites", name="guide eval")
    for scored in sets:
        suite = ET.SubElement(
            root,
            "testsuite",
            name=scored.name,
            tests=str(len(scored.results)),
            failures="0",
            skipped=str(len(scored.results) - scored.solved),
        )
        for result in scored.results:
            total = result.seen.answer.timings_ms.get("total", 0.0) if result.seen.answer else 0.0
            case = ET.SubElement(
                suite, "testcase", classname=result.case.kind, name=_clean(result.case.id), time=f"{total / 1000:.3f}"
            )
            if result.faults:
                details = "; ".join(
                    FAULTS[fault.kind][1] + ("" if scored.name == HOLDOUT else f": {fault.detail}")
                    for fault in result.faults
                )
                ET.SubElement(case, "skipped", message=_clean(details))
    if gated:
        _gate(root, falls)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _gate(root: ET.Element, falls: Sequence[Fall]) -> None:
    fallen = {(fall.set_name, fall.metric): fall for fall in falls}
    names = sorted({*((fall.set_name, fall.metric) for fall in falls), *(("questions", name) for name in TOLERANCES)})
    suite = ET.SubElement(root, "testsuite", name="gate", tests=str(len(names)), failures=str(len(falls)))
    for set_name, metric in names:
        case = ET.SubElement(suite, "testcase", classname=f"gate.{set_name}", name=metric)
        if (set_name, metric) in fallen:
            ET.SubElement(case, "failure", message=_clean(str(fallen[set_name, metric])))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
