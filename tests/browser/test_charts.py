"""Charts: drawn from what a run shows, without eval, styles or network, and only then are their libraries loaded."""

from playwright.sync_api import expect

from tests.browser.cells import button, cell, open_page, run, wait_for_end, write


def test_a_chart_is_drawn_after_a_changed_run_and_its_libraries_come_only_then(page):
    asked, refused = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text and "inline style" not in message.text else None)
    open_page(page)
    draw = cell(page, "draw")
    recorded = draw.locator(".cell-charts svg")
    expect(recorded).to_have_attribute("aria-label", "squares rise from 0 to 25")
    run(page, cell(page, "hello"))
    assert not [url for url in asked if "/chart-" in url]
    code = draw.locator("code").text_content().replace("x * x", "x + 100").replace("squares rise from 0 to 25", "a line from 100 to 105")
    run(page, draw, code)
    drawn = draw.locator(".cell-charts svg")
    expect(drawn).to_have_attribute("aria-label", "a line from 100 to 105")
    expect(drawn).to_have_attribute("role", "img")
    assert [url for url in asked if "/chart-" in url]
    assert drawn.locator("[style], style, script, a, image, foreignObject").count() == 0
    assert drawn.locator(".fig-stroke-series-1").count() >= 1  # the palette's classes follow the scheme
    assert refused == []


def test_a_chart_keeps_the_size_of_the_recorded_one(page):
    open_page(page)
    draw = cell(page, "draw")
    before = draw.locator(".cell-charts svg").get_attribute("viewBox")
    run(page, draw)
    expect(draw.locator(".cell-charts svg")).to_have_count(1)
    width = lambda box: float(box.split()[2])
    assert abs(width(draw.locator(".cell-charts svg").get_attribute("viewBox")) - width(before)) < 30


def test_a_chart_that_asks_for_something_elsewhere_gets_nothing(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page)
    draw = cell(page, "draw")
    run(page, draw, """
from snippets.charts import show
show({"data": {"url": "https://example.org/data.json"}, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"},
      "href": {"value": "javascript:alert(1)"}}}, "nothing")
show({"data": {"values": [{}]}, "mark": {"type": "image", "url": "https://example.org/x.png", "width": 10, "height": 10}}, "no image")
print("done")
""")
    expect(draw.locator(".cell-charts svg, .cell-status:has-text('could not')").first).to_be_attached()
    assert not [url for url in asked if "example.org" in url]
    assert draw.locator(".cell-charts a, .cell-charts image").count() == 0


def test_a_chart_that_cannot_be_drawn_says_so_and_keeps_the_text(page):
    open_page(page)
    draw = cell(page, "draw")
    text = run(page, draw, "from snippets.charts import show\nshow({'mark': 'nonsense'}, 'broken')\n")
    assert text == "[chart] broken\n"
    expect(draw.locator(".cell-status")).to_contain_text("The chart could not be drawn")


def test_stop_in_a_loop_of_charts_leaves_a_usable_cell(page):
    open_page(page)
    draw = cell(page, "draw")
    write(page, draw, "from snippets.charts import show\nwhile True: show({}, 'again')\n")
    button(draw, "Run").click()
    wait_for_end(draw)  # two thousand lines end it
    expect(draw.locator("output")).to_contain_text("Output cut here")
