"""Each explorer, driven by mouse, by keyboard and by touch to the number in the text; its address, bounds and words."""

import re

import pytest

CHAPTER_1 = "01-cross-correlation.html"


@pytest.fixture
def chapter_1(visit):
    page = visit(CHAPTER_1)
    return page, page.locator("convolution-explorer")


def predict(explorer, answer):
    explorer.get_by_label("Your prediction").fill(str(answer))
    explorer.get_by_role("button", name="Check").click()


def cell(explorer, grid, row, column):
    return explorer.locator(f".grid.{grid} [data-at='{row},{column}']")


def says(explorer):
    return explorer.locator(".say").text_content()


def slide(explorer, name, value):
    explorer.get_by_label(name, exact=True).evaluate(
        "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})) }", str(value)
    )


def outputs(explorer):
    return explorer.locator(".grid.output [data-at]").all_text_contents()


def test_the_answer_waits_for_a_prediction(chapter_1):
    _, explorer = chapter_1
    assert not cell(explorer, "output", 1, 1).is_visible()
    assert explorer.get_by_label("Stride", exact=True).is_disabled()
    predict(explorer, 29)
    assert "Right: 29" in explorer.locator(".verdict").text_content()
    assert cell(explorer, "output", 1, 1).is_visible()
    assert outputs(explorer) == ["5", "11", "23", "29"]  # the numbers in the chapter


def test_a_wrong_prediction_is_told_what_is_right(chapter_1):
    _, explorer = chapter_1
    predict(explorer, 43)
    assert explorer.locator(".verdict").text_content() == "You said 43. It is 29."


def test_words_are_not_taken_for_a_number(chapter_1):
    _, explorer = chapter_1
    predict(explorer, "many")
    assert "Write a number" in explorer.locator(".verdict").text_content()
    assert not cell(explorer, "output", 1, 1).is_visible()


def test_the_mouse_shows_a_window_and_its_sum(chapter_1):
    _, explorer = chapter_1
    explorer.get_by_role("button", name="Show me").click()
    explorer.get_by_label("Turn the kernel").uncheck()
    assert outputs(explorer) == ["19", "25", "37", "43"]
    cell(explorer, "output", 0, 1).hover()
    assert says(explorer) == "Output (0,1): 1·0 + 2·1 + 4·2 + 5·3 = 25"
    partners = explorer.locator(".grid.input .partner").all_text_contents()
    assert partners == ["1", "2", "4", "5"]


def test_an_input_shows_where_it_goes(chapter_1):
    _, explorer = chapter_1
    explorer.get_by_role("button", name="Show me").click()
    explorer.get_by_label("Turn the kernel").uncheck()
    cell(explorer, "input", 1, 1).hover()
    assert explorer.locator(".grid.output .partner").count() == 4
    assert says(explorer).startswith("Input (1,1) goes into 4 places: 4·3 into (0,0)")


def test_a_kernel_number_shows_what_it_multiplies(chapter_1):
    _, explorer = chapter_1
    explorer.get_by_role("button", name="Show me").click()
    explorer.get_by_label("Turn the kernel").uncheck()
    cell(explorer, "output", 1, 1).hover()
    cell(explorer, "kernel", 0, 1).hover()
    assert explorer.locator(".grid.input .partner").all_text_contents() == ["5"]


def test_the_arrow_keys_walk_through_the_output(chapter_1):
    page, explorer = chapter_1
    explorer.get_by_role("button", name="Show me").click()
    explorer.get_by_label("Turn the kernel").uncheck()
    cell(explorer, "output", 0, 0).focus()
    for key, sum_ in [
        ("ArrowRight", "= 25"),
        ("ArrowDown", "= 43"),
        ("ArrowRight", "= 43"),
        ("ArrowLeft", "= 37"),
        ("ArrowUp", "= 19"),
    ]:
        page.keyboard.press(key)
        assert says(explorer).endswith(sum_)
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "output row 0, column 0: 19"
    assert explorer.locator(".grid.output [tabindex='0']").count() == 1, "one stop of the Tab key for each grid"


def test_a_finger_shows_a_window_too(visit):
    page = visit(CHAPTER_1, width=390, has_touch=True, is_mobile=True)
    explorer = page.locator("convolution-explorer")
    explorer.get_by_role("button", name="Show me").tap()
    explorer.get_by_label("Turn the kernel").tap()
    cell(explorer, "output", 1, 1).tap()
    assert says(explorer).endswith("= 43")


def test_a_kernel_can_be_painted(chapter_1):
    _, explorer = chapter_1
    explorer.get_by_role("button", name="Show me").click()
    explorer.get_by_label("Turn the kernel").uncheck()
    explorer.get_by_label("Kernel, row 0, column 0").fill("-1.5")
    assert outputs(explorer)[3] == "37"  # 43 − 1.5·4


def test_the_address_carries_the_settings(visit, site):
    page = visit("playground.html")
    explorer = page.locator("convolution-explorer")
    slide(explorer, "Input columns", 6)
    slide(explorer, "Padding", 2)
    slide(explorer, "Stride", 2)
    explorer.get_by_label("Beyond the edge").select_option("replicate")
    there = outputs(explorer)
    assert "convolution.padding=2" in page.url
    again = visit(page.url.removeprefix(site))
    assert outputs(again.locator("convolution-explorer")) == there
    again.locator("convolution-explorer").get_by_role("button", name="Start again").click()
    assert "convolution." not in again.url
    assert outputs(again.locator("convolution-explorer")) == ["19", "25", "37", "43"]


@pytest.mark.parametrize(
    "query",
    [
        "convolution.stride=0",
        "convolution.padding=-1",
        "convolution.kernel=[[1,2],[3]]",
        "convolution.kernel=[]",
        'convolution.mode="nowhere"',
        "convolution.dilation=9",
        "convolution.stride=%3Cscript%3E",
        "convolution.kernel=[[1e999]]",
        'convolution.input="x"',
        "convolution.constructor=1",
    ],
)
def test_an_address_that_makes_no_sense_is_not_believed(visit, query):
    page = visit(f"playground.html?{query}")
    assert outputs(page.locator("convolution-explorer")) == ["19", "25", "37", "43"]


def test_no_impossible_setting_can_be_chosen(visit):
    page = visit("playground.html")
    explorer = page.locator("convolution-explorer")
    kernel = explorer.get_by_label("Kernel rows")
    assert kernel.get_attribute("max") == "3"
    assert explorer.get_by_label("Dilation").get_attribute("max") == "2"
    slide(explorer, "Dilation", 2)
    assert kernel.get_attribute("max") == "2"
    slide(explorer, "Padding", 4)
    assert explorer.locator("option[value=reflect]").is_disabled()
    slide(explorer, "Padding", 2)
    assert not explorer.locator("option[value=reflect]").is_disabled()


def test_transposed_convolution_spreads(visit):
    page = visit("playground.html")
    explorer = page.locator("convolution-explorer")
    explorer.get_by_label("Transposed").check()
    slide(explorer, "Stride", 2)
    assert len(outputs(explorer)) == 36
    slide(explorer, "Output padding", 1)
    assert len(outputs(explorer)) == 49
    cell(explorer, "input", 0, 1).hover()
    assert explorer.locator(".grid.output .partner").count() == 4
    stride = explorer.get_by_label("Stride", exact=True)
    assert stride.get_attribute("min") == "2", "an output padding of 1 needs a stride of 2"


def test_a_photograph_answers_to_its_kernel(visit):
    page = visit("playground.html")
    explorer = page.locator("photo-explorer")
    page.wait_for_function("document.querySelector('photo-explorer').response")
    explorer.get_by_label("Kernel", exact=True).first.select_option("contour")
    assert "add up to 0" in explorer.locator(".sizes").text_content()
    response = explorer.get_by_role("application")
    response.focus()
    before = says(explorer)
    page.keyboard.press("ArrowRight")
    assert before != says(explorer)
    assert re.fullmatch(r"Row 40, column 61: 25 products add up to −?[\d.]+", says(explorer))
    explorer.get_by_label("Kernel", exact=True).first.select_option("vertical edges")
    row, column, left, right, value = (
        int(text.replace("−", "-"))
        for text in re.fullmatch(r"Row (\d+), column (\d+): (\d+)·1 \+ (\d+)·\(−1\) = (−?\d+)", says(explorer)).groups()
    )
    assert (row, column) == (40, 61)
    assert left - right == value


def test_a_photographs_pixels_are_the_librarys(visit):
    import numpy as np
    from PIL import Image

    import lib
    from tests.site.conftest import ROOT

    page = visit("playground.html")
    page.wait_for_function("document.querySelector('photo-explorer').response")
    grey, response = page.evaluate(
        "(e => [Array.from(e.grey), Array.from(e.response)])(document.querySelector('photo-explorer'))"
    )
    with Image.open(ROOT / "book/images/camera.png") as image:
        expected = np.asarray(image.convert("L").resize((200, 200), Image.Resampling.LANCZOS), dtype=float)
    np.testing.assert_array_equal(np.reshape(grey, expected.shape), expected)
    np.testing.assert_array_equal(response, lib.corr2d(expected, np.array([[1, -1]])).ravel())


def test_descent_settles_below_a_thirtieth_and_not_above(visit):
    page = visit("playground.html")
    explorer = page.locator("descent-explorer")
    slide(explorer, "Start, weight 0", 0)
    slide(explorer, "Start, weight 1", 0)
    explorer.get_by_role("button", name="Ten steps").click()
    assert "the kernel is (1.977, −1.977), the loss 0.00638" in says(explorer)  # 12 · (2 − 1.976942)²
    slide(explorer, "Step size", 0.034)
    slide(explorer, "Start, weight 0", 1)  # a start at zero lies on the axis along which even this step settles
    assert "too large" in explorer.locator("output").first.text_content()
    explorer.get_by_role("button", name="Ten steps").click()
    assert "The loss grew" in says(explorer)


def test_the_step_size_does_not_give_the_answer_away(visit):
    explorer = visit("03-learning-a-kernel.html").locator("descent-explorer")
    step = explorer.locator("output").first
    assert step.text_content() == "0.034"
    explorer.get_by_role("button", name="Yes").click()
    assert "You said yes. It is no." in explorer.text_content()
    assert step.text_content() == "0.034, too large"


def test_the_map_takes_a_start_from_the_mouse_and_from_the_keys(visit):
    page = visit("playground.html")
    explorer = page.locator("descent-explorer")
    the_map = explorer.locator(".map")
    the_map.scroll_into_view_if_needed()
    box = the_map.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25)
    assert says(explorer).startswith("Step 0: the kernel is (2.5, 2.5)")
    explorer.get_by_label("Start, weight 1").focus()
    page.keyboard.press("ArrowLeft")
    assert says(explorer).startswith("Step 0: the kernel is (2.5, 2.4)")


def test_a_tower_shows_what_an_output_sees(visit):
    page = visit("playground.html")
    explorer = page.locator("field-explorer")
    assert says(explorer).startswith("Output 1 spans the inputs 2 to 6, 5 wide.")  # the one in the middle
    explorer.locator("[data-at='2,1']").focus()
    page.keyboard.press("ArrowRight")
    assert says(explorer).startswith("Output 2 spans the inputs 4 to 8, 5 wide. Its neighbour starts 2 further on.")
    page.keyboard.press("ArrowDown")
    assert "of layer 1" in says(explorer)
    dilation = explorer.locator(".layer").first.get_by_label("dilation")
    dilation.evaluate("e => { e.value = 3; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    explorer.locator("[data-at='2,0']").hover()
    assert "spans the inputs 0 to 8, 9 wide" in says(explorer)


def test_channels_in_groups_read_their_own_group(visit):
    page = visit("playground.html")
    explorer = page.locator("channels-explorer")
    assert "depends on 3 of 6 inputs: 0, 1, 2" in says(explorer)
    slide(explorer, "Groups", 3)  # the fourth of 1, 2, 3, 6
    assert "depthwise" in says(explorer)
    assert explorer.locator(".bar > :last-child").first.text_content().startswith("60 of ")  # 6·9 weights and 6 biases
    slide(explorer, "Groups", 1)
    explorer.get_by_label("Shuffle, then a second layer").check()
    explorer.locator("[data-at='3,0']").hover()
    assert "depends on 6 of 6 inputs" in says(explorer)
    explorer.locator("[data-at='3,0']").focus()
    page.keyboard.press("ArrowUp")
    assert "depends on 3 of 6 inputs" in says(explorer)


def test_the_channels_do_not_give_the_answer_away(visit):
    explorer = visit("10-grouped.html").locator("channels-explorer")
    assert explorer.locator(".partner").count() == 0
    predict(explorer, 9)
    assert "Right: 9." in explorer.text_content()
    assert explorer.locator(".input.partner").count() == 9


def test_nothing_moves_where_the_reader_asks_for_less_motion(visit):
    page = visit("playground.html", reduced_motion="reduce")
    last = "e => Math.max(...e.map(part => parseFloat(getComputedStyle(part).transitionDuration)))"
    assert page.locator(".explorer *").evaluate_all(last) == 0


def test_the_tab_key_leads_into_an_explorer_that_was_far_away(visit):
    page = visit(CHAPTER_1, ready=None)
    assert page.locator(".explorer[data-ready]").count() == 0
    page.locator(".explorer").evaluate(
        """e => [...document.querySelectorAll(".bd-article summary")]
          .findLast(box => box.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)
          .focus({preventScroll: true})"""
    )
    page.keyboard.press("Tab")
    page.locator(".explorer[data-ready]").wait_for()
    page.wait_for_function("document.activeElement.matches('.explorer input')")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_when_explorers_come_to_life(visit, width):
    page = visit("404.html", width=width, ready=None)
    page.add_init_script(
        """new PerformanceObserver(list => list.getEntries().forEach(shift =>
          { self.jumped = (self.jumped || 0) + shift.value })).observe({type: "layout-shift", buffered: true})"""
    )
    page.goto(page.url.replace("404", "playground"))
    for part in (1, 0.3, 0.8, 0.1, 0.6):
        page.evaluate(f"scrollTo({{top: {part} * document.body.scrollHeight, behavior: 'instant'}})")
        page.wait_for_timeout(300)
    assert page.evaluate("self.jumped || 0") < 0.1
