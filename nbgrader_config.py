"""nbgrader's settings for this course: solutions/ is its source, exercises/ what it releases."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "convolution"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# Text questions start empty, code questions with an exception that `check` knows as "not answered yet".
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# Grading runs in two places: students' cells in a jail, the tests in a judge that they cannot reach. In the jail `lib`
# has its drawings and photographs; the reference answers stay outside.
from grading.plain import AUTOGRADE, SANITIZE  # noqa: E402

c.Autograde.sanitize_preprocessors = SANITIZE
c.Autograde.autograde_preprocessors = AUTOGRADE
c.Grading.stand_ins = {"lib": ["draw", "arguments.py", "errors.py", "photos.py"]}

# The hidden claims draw their inputs from COURSE_SEED. An instructor's own number may lie in a file that Git ignores.
seed = Path(__file__).with_name("seed.txt")
if seed.exists():
    os.environ.setdefault("COURSE_SEED", str(int(seed.read_text())))
