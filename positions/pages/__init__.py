"""One module a page: parse GET with a form, ask, render. See `answer.page` for what they share."""
