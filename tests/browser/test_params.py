"""Parameters as controls: a change rewrites one literal, counts as Run, and the newest value comes last."""

from playwright.sync_api import expect

from tests.browser.cells import button, cell, open_page, output, run, status, wait_for, write


def knob(page, name):
    return cell(page, "knobs").locator(f'[data-param="{name}"]')


def test_every_control_is_labelled_and_shows_the_value_in_the_code(page):
    open_page(page)
    knobs = cell(page, "knobs")
    expect(knobs.get_by_label("users")).to_have_attribute("aria-valuetext", "50,000,000 users")
    expect(knobs.get_by_label("share")).to_have_value("0.1")
    expect(knobs.get_by_label("mode")).to_have_value("fast")
    expect(knobs.get_by_label("cache")).to_be_checked()
    expect(knobs.get_by_label("note")).to_have_value("plain")


def test_a_change_rewrites_only_its_literal_and_runs(page):
    open_page(page)
    knobs = cell(page, "knobs")
    before = knobs.locator("code").text_content()
    knob(page, "share").fill("0.25")
    expect(knobs.locator("output")).to_have_text("users 50,000,000 share 0.25 mode fast cache True note plain\n", timeout=90_000)
    assert knobs.locator("code").text_content() == before.replace("share = 0.1 ", "share = 0.25 ")
    expect(knobs).to_have_attribute("data-departed", "")
    knob(page, "mode").select_option("safe")
    knob(page, "cache").uncheck()
    knob(page, "note").fill('say "hi" # not a comment')
    expect(knobs.locator("output")).to_have_text('users 50,000,000 share 0.25 mode safe cache False note say "hi" # not a comment\n', timeout=90_000)
    expect(knob(page, "note")).to_have_value('say "hi" # not a comment')


def test_a_slider_on_a_logarithmic_scale_moves_by_factors(page):
    open_page(page)
    slider = knob(page, "users")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "1,000,000,000 users")
    expect(cell(page, "knobs").locator("code")).to_contain_text("users = 1_000_000_000  # @param")
    page.keyboard.press("Home")
    expect(cell(page, "knobs").locator("output")).to_contain_text("users 1,000,000 ", timeout=90_000)
    expect(cell(page, "knobs").locator("code")).to_contain_text("users = 1_000_000  # @param")


def test_many_changes_end_with_the_newest_value_in_one_interpreter(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page)
    run(page, cell(page, "knobs"))
    share = knob(page, "share")
    for value in ("0.15", "0.2", "0.3", "0.45", "0.5", "0.55"):
        share.fill(value)
    expect(cell(page, "knobs").locator("output")).to_contain_text("share 0.55", timeout=90_000)
    wait_for(cell(page, "knobs"), "done")
    assert len([url for url in asked if "/worker-" in url]) <= 2  # the warm one and its spare: no run was killed


def test_controls_follow_an_edit_and_say_when_their_line_is_gone(page):
    open_page(page)
    knobs = cell(page, "knobs")
    write(page, knobs, 'share = 0.7\nmode = "sa" + "fe"\nprint(share, mode)\n')
    expect(knob(page, "share")).to_have_value("0.7")
    expect(knob(page, "mode")).to_be_disabled()  # an expression is not a control's to change
    expect(knob(page, "users")).to_be_disabled()
    button(knobs, "Reset").click()
    expect(knob(page, "share")).to_have_value("0.1")
    expect(knob(page, "users")).to_have_attribute("aria-valuetext", "50,000,000 users")


def test_a_changed_value_survives_a_reload(page):
    open_page(page)
    knob(page, "mode").select_option("safe")
    wait_for(cell(page, "knobs"), "done")
    page.reload()
    expect(knob(page, "mode")).to_have_value("safe")
    assert output(cell(page, "knobs")) == "users 50,000,000 share 0.1 mode fast cache True note plain\n"  # the record, until Run
    expect(cell(page, "knobs")).to_have_attribute("data-edited", "")
    expect(status(cell(page, "knobs"))).to_contain_text("edit")
