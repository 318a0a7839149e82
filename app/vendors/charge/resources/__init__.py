"""Charge's resources: each module has a `router`, the inputs of its operations, and functions that show it.

What they share:

- `reads.answer_object` and `reads.answer_list` answer a retrieve and a list, with what `expand` asks for. A retrieve
  takes `expand: OnlyExpand`; an operation with other parameters takes `expand: Expand` and a `QueryInput`.
- `changes.answer_change` answers a POST or DELETE. Its body is an `Input`, read by `body_of`, whose `error_code` is the
  code of an invalid body. The action gets the transaction, and returns the object as it is shown.
- `EXPANDABLE` says how objects are shown by their ids, and which of their members are references.
- `REFUSALS` is a table of the refusals of the resource's own operations, as `errors` has it.
"""
