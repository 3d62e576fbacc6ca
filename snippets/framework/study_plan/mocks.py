"""Ten mock interviews with one friend, or three with strangers: which tells you more?

They tell about the same. A friend's taste is in all ten; a new rater and a new question each time average it out.
Chapter: framework/study-plan. 0.44 and 0.74: Huffcutt, Culbertson and Weyhrauch, 2013;
averaging: Spearman and Brown, 1910; what stays is our guess.
"""

# --8<-- [start:mocks]
separate = 0.44  # @param {type:"slider", min:0.1, max:0.5, step:0.01, unit:"correlation, two interviews"}
together = 0.74  # @param {type:"slider", min:0.5, max:0.95, step:0.01, unit:"correlation, both watch one"}
stays = 0.6  # @param {type:"slider", min:0, max:1, step:0.1, unit:"of a rater's opinion is lasting taste"}


def parts(separate, together, stays):
    """A rating's variance, shared out: you, the question and the day, lasting taste, passing opinion."""
    rater = 1 - together
    return separate, together - separate, rater * stays, rater * (1 - stays)


def about_you(mocks, raters, ratings, shares):
    """Share of a mean's variance that is you (reliability): each luck shrinks with its own count."""
    you, day, taste, opinion = shares
    return you / (you + day / mocks + taste / raters + opinion / ratings)


def fresh_mocks(reliability, one):
    """Mocks, a new rater and question each, that reach this; `one` is the reliability of one."""
    return reliability / (1 - reliability) * (1 - one) / one
# --8<-- [end:mocks]


def main():
    shares = parts(separate, together, stays)
    print("one rating is")
    for share, what in zip(shares, ("you", "the question and the day",
                                    "the rater's lasting taste", "the rater's passing opinion")):
        print(f"  {share:4.0%} {what}")
    print("how much of the mean is you")
    print("                          as fresh mocks")
    for label, mocks, raters, ratings in (
            ("1 mock, 1 rater", 1, 1, 1), ("1 recording, 100 raters", 1, 100, 100),
            ("10 mocks, one friend", 10, 1, 10), ("10 mocks, two in turn", 10, 2, 10),
            ("2 mocks, 2 strangers", 2, 2, 2), ("3 mocks, 3 strangers", 3, 3, 3),
            ("5 mocks, 5 strangers", 5, 5, 5)):
        known = about_you(mocks, raters, ratings, shares)
        print(f"{label:23} {known:4.0%} {fresh_mocks(known, separate):6.1f}")
    print("four hours of raters' time")
    for mocks in (1, 2, 4):
        print(f"  {about_you(mocks, 4, 4, shares):.0%}  {mocks} mock{'s' * (mocks > 1)}, {4 // mocks} at each")
    print("ten with one friend, by what stays")
    for guess in (0, 0.3, 0.6, 1):
        known = about_you(10, 1, 10, parts(separate, together, guess))
        print(f"  {guess:.1f}: {fresh_mocks(known, separate):4.1f} fresh mocks")
    print("if two who watch one agree at 0.60")
    shares = parts(separate, max(separate, 0.6), stays)
    for label, counts in (("one friend, 10 mocks", (10, 1, 10)), ("1 recording, 100 raters", (1, 100, 100))):
        print(f"  {fresh_mocks(about_you(*counts, shares), separate):4.1f} {label}")


if __name__ == "__main__":
    main()
