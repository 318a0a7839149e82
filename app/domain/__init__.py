"""The rules of the simulated world: values in, values out; no input, no output, no clock, no chance."""
