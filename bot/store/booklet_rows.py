"""What one person's booklet is made of. Every query names the owner."""

from dataclasses import replace

from sqlmodel import Session, col, select

from bot.domain.booklet import Booklet, OwnCommitment, OwnFile, OwnNote, OwnStep
from bot.domain.people import Role
from bot.store.tables import Attachment, Commitment, CommitmentStep, Note, Person, Rating


def booklet(db: Session, person_id: int) -> Booklet | None:
    """All that this person wrote, oldest first, without the content of files; None: nobody."""
    person = db.get(Person, person_id)
    if person is None:
        return None
    return Booklet(
        name=person.name,
        position=person.position,
        agency=person.agency,
        notes=_notes(db, person_id),
        ratings=_ratings(db, person_id),
        commitments=_commitments(db, person_id),
        group=person.group,
        whole_rundown=person.role is Role.ORGANIZER,
    )


def _notes(db: Session, person_id: int) -> tuple[OwnNote, ...]:
    kept = (Note.person_id == person_id, col(Note.deleted_at).is_(None))
    attached = (
        select(Attachment).join(Note, col(Note.id) == Attachment.note_id).where(*kept)
    ).order_by(col(Attachment.message_id))
    files: dict[int, list[OwnFile]] = {}
    for row in db.exec(attached).all():
        file = OwnFile(row.file_name, row.kind, row.size, row.digest)
        files.setdefault(row.note_id, []).append(file)
    query = select(Note).where(*kept).order_by(col(Note.day), col(Note.created_at), col(Note.id))
    return tuple(
        OwnNote(n.text, n.session_id, n.day, n.created_at, tuple(files.get(n.id or 0, ())))
        for n in db.exec(query).all()
    )


def _ratings(db: Session, person_id: int) -> dict[str, int]:
    query = select(Rating.session_id, Rating.value).where(Rating.person_id == person_id)
    return dict(db.exec(query).all())


def _commitments(db: Session, person_id: int) -> tuple[OwnCommitment, ...]:
    own = (Commitment.person_id == person_id, col(Commitment.deleted_at).is_(None))
    plans = db.exec(select(Commitment).where(*own).order_by(col(Commitment.due_on))).all()
    found = {
        plan.id: OwnCommitment(
            plan.what, plan.partner, plan.first_step, plan.goal_id, plan.due_on, plan.standing
        )
        for plan in plans
    }
    query = (
        select(CommitmentStep)
        .join(Commitment, col(Commitment.id) == CommitmentStep.commitment_id)
        .where(*own)
        .order_by(col(CommitmentStep.said_at), col(CommitmentStep.id))
    )
    for step in db.exec(query).all():
        plan = found[step.commitment_id]
        said = OwnStep(step.standing, step.remark, step.said_at)
        found[step.commitment_id] = replace(plan, steps=(*plan.steps, said))
    return tuple(found.values())
