"""Has promtool, Prometheus' own judge, look at the rules, try them, and read the queries of the dashboard.

`python -m tests.operating.promtool`; exit code 1 for a finding. Where promtool is not installed it says so:
what can be held without it, `make test` holds.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.operating.files import ALERTS, FOLDER, queries, without_variables

CASES = Path(__file__).with_name("alerts_test.yaml")


def main() -> int:
    """0 where all is well, or nobody is here to judge it."""
    if (promtool := shutil.which("promtool")) is None:
        sys.stdout.write("Alerts were not tried: promtool is not installed (Debian: prometheus).\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "dashboard.yaml")
        recorded = [
            {"record": f"query:{number}", "expr": without_variables(query)}
            for number, (_, query) in enumerate(queries())
        ]
        # JSON is YAML.
        asked.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": recorded}]}), encoding="utf-8")
        commands = (
            ("check", "config", FOLDER / "scrape.yaml"),
            ("check", "rules", ALERTS, asked),
            ("test", "rules", CASES),
        )
        results = [subprocess.run([promtool, *command], check=False).returncode for command in commands]
    return 1 if any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
