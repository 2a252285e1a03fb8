"""The demo: the whole line twice on made-up data, then what people want to see of it.

`make demo` runs it. It works in `.demo`, a Meltano project of its own that is made anew each time:
`meltano.yml` and packages of this project, a `.env` with the settings of the stand-ins, and all
that Meltano and the stand-ins keep.
"""
