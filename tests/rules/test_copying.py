"""What a copy of a conference takes along is decided for every model and every column; a new one is in neither list until
somebody has thought of it."""

from collections import Counter

from konferanse.front.copying import RECIPES
from tests.factories.rows import models
from tests.rules.site import told

# Models of which nothing is copied, and why.
NOT_COPIED = {
    "access_need": "health data of participants",
    "aggregation_run": "made from answers",
    "answer": "what tables and people said",
    "answer_reading": "what moderators decided of answers",
    "answer_version": "what tables and people said",
    "attendance": "who was there",
    "audit_entry": "a log",
    "ballot": "what tables and people voted",
    "bulk_action": "what was done to registrations",
    "discussion_table": "made for those who come, with links of their own",
    "evidence": "made from answers",
    "flip_chart": "what tables said",
    "fate": "made from answers",
    "file": "the conference's picture gets a file of its own; other files are people's",
    "host": "shared: the same organisation answers for the data",
    "input_publication": "nothing is published",
    "invitation": "addresses of organisations' contact persons",
    "mailing": "letters to people, with last time's dates",
    "organisation": "shared by all conferences",
    "organisation_alias": "shared by all conferences",
    "outbox_mail": "letters to people",
    "plan": "belongs to the assignment",
    "plan_line": "made from answers",
    "plan_version": "nothing is published",
    "point": "made from answers",
    "presentation": "speakers' slides",
    "presentation_page": "speakers' slides",
    "presentation_version": "speakers' slides",
    "prioritising": "asked in the room",
    "programme_edit": "what was done to the old one's items, to be taken back there",
    "programme_release": "nothing is published",
    "question_answer": "what participants answered",
    "quote": "made from answers",
    "registration": "participants",
    "registration_day": "participants",
    "notice": "said in the room",
    "seating": "participants",
    "seating_run": "how placing participants went",
    "seating_wish": "about participants",
    "sign_in": "belongs to staff",
    "web_input": "what people sent",
    "web_window": "opened when there is something to ask about",
    "wall": "turned on when the room is full",
    "wall_answer": "what was let through",
    "staff": "belongs to the installation",
    "task_done": "what tables did",
    "task_table": "tables are made for those who come",
    "text_vector": "made from answers",
    "video": "speakers' films",
}


def test_each_model_is_copied_or_deliberately_not() -> None:
    copied = {recipe.model.__tablename__ for recipe in RECIPES}
    forgotten = set(models()) - copied - set(NOT_COPIED)
    assert not forgotten, told(
        [f"{name}: give it a recipe in its package's copying.py, or say above why not" for name in forgotten]
    )
    assert copied & set(NOT_COPIED) == set()
    assert set(NOT_COPIED) <= set(models())


def test_each_column_of_what_is_copied_is_carried_made_or_left() -> None:
    problems = []
    for recipe in RECIPES:
        table = recipe.model.__table__
        named = Counter([*recipe.carried, *recipe.made, *recipe.left])
        for name in {column.key for column in table.columns} | set(named):
            if named[name] != 1 or name not in table.columns:
                problems.append(f"{table.name}.{name} is named {named[name]} times in its recipe, not once")
    assert not problems, told(problems)


def test_ids_and_what_makes_links_work_are_never_carried() -> None:
    personal = {"id", "uid", "generation", "email", "consent"}
    assert [f"{r.model.__name__}.{name}" for r in RECIPES for name in r.carried if name in personal] == []
