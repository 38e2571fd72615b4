"""nbgrader's settings for this course: solutions/ is its source, exercises/ what it releases."""

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "convolution"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# Text questions start empty, code questions with an exception that `check` knows as "not answered yet".
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
