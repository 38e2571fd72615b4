"""Wrong predictions that follow from the mistakes of another exercise."""

from lib.check import Mistake
from lib.check.compare import difference
from lib.check.slips import of_a_result, of_arguments


def of_a_prediction(right, ask, exercise, known):
    """Mistakes of another exercise that lead to wrong predictions which the list `known` has not got already.

    `ask(answer)` is what one who answers the other exercise so would predict. Of several with one result, the first.
    """
    predictions, names = [right(), *(one() for one in known)], {one.name for one in known}
    found = []
    for name, says, model in [*declared(exercise), *slips(exercise)]:
        try:
            predicted = ask(model)
        except Exception:  # the mistake is not defined on the question
            continue
        if name not in names and all(difference(other, predicted) for other in predictions):
            predictions.append(predicted)
            names.add(name)
            found.append(Mistake(name, says, lambda predicted=predicted: predicted))
    return found


def declared(exercise):
    return [(mistake.name, mistake.says, mistake.model) for mistake in exercise.mistakes.values()]


def slips(exercise):
    """Those in the result that do not depend on what came, and those in the arguments."""
    inputs = next(iter(exercise.claims.values())).inputs[0]
    made = exercise.reference(*inputs)
    for slip in of_arguments(exercise, exercise.reference, inputs, loose=False):
        yield slip.name, slip.says, slip.model
    for slip in of_a_result(exercise, exercise.reference, made, made, loose=False):
        yield slip.name, slip.says, lambda *given, spoil=slip.spoil: spoil(exercise.reference(*given), None)
