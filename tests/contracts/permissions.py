"""The law of who may do what over HTTP, written down once more beside `config/access.py`.

A row is an address, by its route, a method, and where there are several cases the case; a cell is
what that caller is answered: `yes`, or the status of the refusal. Every request that the test
sends would be served to the right caller (`permission_requests.py`), so `yes` is a status of 2xx.

| caller | is |
|---|---|
| anonymous | without credentials |
| nobody | a user in no group |
| viewer | in the group `viewer` |
| agent | in `agent`; the steps are its own, where they are anybody's |
| another | in `agent` too |
| editor | in `editor` |
| role | in the groups that a gate and an escalation wait for, `managing-editor`, `senior-editor` |
| operator | in `operator` |
"""

CALLERS = ("anonymous", "nobody", "viewer", "agent", "another", "editor", "role", "operator")

LAW = """
                                         anonymous nobody viewer agent another editor role operator
books GET                                401       403    yes    yes   yes     yes    yes  yes
books POST                               401       403    403    403   403     403    403  yes
book GET                                 401       403    yes    yes   yes     yes    yes  yes
book PATCH                               401       403    403    403   403     403    403  yes
versions GET                             401       403    yes    yes   yes     yes    yes  yes
versions POST                            401       403    403    403   403     yes    403  yes
version GET                              401       403    yes    yes   yes     yes    yes  yes
version-diff GET                         401       403    yes    yes   yes     yes    yes  yes
version-chapter GET                      401       403    yes    yes   yes     yes    yes  yes
version-asset GET                        401       403    yes    yes   yes     yes    yes  yes
settings GET                             401       403    yes    yes   yes     yes    yes  yes
settings POST                            401       403    403    403   403     403    403  yes

runs GET                                 401       403    yes    403   403     yes    yes  yes
runs POST                                401       403    403    403   403     yes    403  yes
run GET                                  401       403    yes    403   403     yes    yes  yes
run-begin POST                           401       403    403    403   403     yes    403  yes
run-pause POST                           401       403    403    403   403     yes    403  yes
run-resume POST                          401       403    403    403   403     yes    403  yes
run-cancel POST                          401       403    403    403   403     yes    403  yes
run-rerun POST                           401       403    403    403   403     yes    403  yes

steps GET                                401       403    yes    yes   yes     yes    yes  yes
step GET held-by-it                      401       403    yes    yes   403     yes    yes  yes
step GET ready                           401       403    yes    yes   yes     yes    yes  yes
step-draft GET                           401       403    yes    yes   403     yes    yes  yes
step-draft PUT                           401       403    403    yes   403     403    403  403
step-heartbeat POST                      401       403    403    yes   403     403    403  403
step-complete POST                       401       403    403    yes   403     403    403  403
step-reject POST                         401       403    403    yes   403     403    403  403
step-fail POST                           401       403    403    yes   403     403    403  403
step-release POST                        401       403    403    yes   403     403    403  403
step-take-back POST                      401       403    403    403   403     403    403  yes
step-decide POST                         401       403    403    403   403     403    yes  yes
step-decide POST empty-group             401       403    403    403   403     yes    403  yes
work-claim POST                          401       403    403    yes   yes     403    403  yes

artifacts GET                            401       403    yes    yes   yes     yes    yes  yes
artifacts POST to-its-step               401       403    403    yes   403     403    403  403
artifacts POST to-a-run                  401       403    403    403   403     yes    403  yes
artifact GET made-by-it                  401       403    yes    yes   403     yes    yes  yes
artifact-content GET made-by-it          401       403    yes    yes   403     yes    yes  yes
artifact-lineage GET made-by-it          401       403    yes    yes   403     yes    yes  yes
artifact GET given-to-it                 401       403    yes    yes   403     yes    yes  yes
agents GET                               401       403    yes    403   403     yes    yes  yes
agents POST                              401       403    403    403   403     403    403  yes
feedback GET                             401       403    yes    403   403     yes    yes  yes

events GET                               401       403    yes    403   403     yes    yes  yes
events-stream GET                        401       403    yes    403   403     yes    yes  yes
rejections GET                           401       403    yes    403   403     yes    yes  yes
rejections-stats GET                     401       403    yes    403   403     yes    yes  yes
routes GET                               401       403    yes    403   403     yes    yes  yes
routes POST                              401       403    403    403   403     403    403  yes
routes-test GET                          401       403    yes    403   403     yes    yes  yes
route GET                                401       403    yes    403   403     yes    yes  yes
route PATCH                              401       403    403    403   403     403    403  yes
route DELETE                             401       403    403    403   403     403    403  yes
escalations GET                          401       403    yes    403   403     yes    yes  yes
escalation GET                           401       403    yes    403   403     yes    yes  yes
escalation-acknowledge POST              401       403    403    403   403     403    yes  yes
escalation-acknowledge POST empty-group  401       403    403    403   403     yes    403  yes
escalation-resolve POST                  401       403    403    403   403     403    yes  yes
escalation-resolve POST empty-group      401       403    403    403   403     yes    403  yes

triggers GET                             401       403    yes    403   403     yes    yes  yes
triggers POST                            401       403    403    403   403     403    403  yes
trigger GET                              401       403    yes    403   403     yes    yes  yes
trigger PATCH                            401       403    403    403   403     403    403  yes
trigger DELETE                           401       403    403    403   403     403    403  yes
trigger-fire POST                        401       403    403    403   403     yes    403  yes
trigger-test POST                        401       403    yes    403   403     yes    yes  yes
firings GET                              401       403    yes    403   403     yes    yes  yes


webhooks GET                             401       403    403    403   403     403    403  yes
webhooks POST                            401       403    403    403   403     403    403  yes
webhook GET                              401       403    403    403   403     403    403  yes
webhook PATCH                            401       403    403    403   403     403    403  yes
webhook DELETE                           401       403    403    403   403     403    403  yes
webhook-rotate POST                      401       403    403    403   403     403    403  yes
deliveries GET                           401       403    yes    403   403     yes    yes  yes
delivery-redeliver POST                  401       403    403    403   403     403    403  yes

schema GET                               401       403    yes    yes   yes     yes    yes  yes
docs GET                                 401       403    yes    yes   yes     yes    yes  yes
metrics GET                              401       403    yes    403   403     yes    yes  yes
"""


def rows() -> dict[str, dict[str, str]]:
    """Each row by its words, such as `step GET ready`: caller to cell."""
    _, header, *lines = LAW.splitlines()
    assert tuple(header.split()) == CALLERS
    found: dict[str, dict[str, str]] = {}
    for line in filter(None, lines):
        words = line.split()
        row, cells = " ".join(words[: -len(CALLERS)]), words[-len(CALLERS) :]
        assert row not in found, row
        assert set(cells) <= {"yes", "401", "403"}, row
        found[row] = dict(zip(CALLERS, cells, strict=True))
    return found
