"""Each publication again never changes, and of a minor change the database asks for a second look."""

import django.db.models.deletion
from django.db import migrations, models

import articles.locks


class Migration(migrations.Migration):

    dependencies = [('reviews', '0005_reviewed_words')]

    operations = [
        migrations.AlterField(
            model_name='publication',
            name='reviewed',
            field=models.ForeignKey(help_text='The words that both signatures are on: these, or those that a minor change started from', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.revision'),
        ),
        migrations.AlterField(
            model_name='publication',
            name='revision_kind',
            field=models.CharField(choices=[('first', 'First version'), ('update', 'Update'), ('clarification', 'Clarification'), ('correction', 'Correction'), ('minor', 'Minor change')], editable=False, max_length=15),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('decision', 'approve'), ('facts_kind', 'facts'), ('look_kind', 'look'), ('medical_kind', 'medical')), name='publication_rests_on_approvals'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('look', None), ('look_reviewer', None), ('reviewed', models.F('revision'))), models.Q(('look__isnull', False), ('look_reviewer__isnull', False), ('revision_kind', 'minor')), _connector='OR'), name='only_a_minor_change_rests_on_other_words'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=articles.locks.CompositeForeignKey(fields=('reviewed', 'article'), name='reviewed_words_are_of_the_article', to='articles.Revision', to_fields=('id', 'article')),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=articles.locks.CompositeForeignKey(fields=('revision', 'revision_kind'), name='published_revision_is_of_that_kind', to='articles.Revision', to_fields=('id', 'kind')),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=articles.locks.CompositeForeignKey(fields=('look', 'revision', 'look_kind', 'decision', 'look_reviewer'), name='minor_change_is_looked_at', to='reviews.SignOff', to_fields=('id', 'revision', 'kind', 'decision', 'reviewer')),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=articles.locks.CompositeForeignKey(fields=('medical', 'reviewed', 'medical_kind', 'decision', 'medical_reviewer'), name='published_words_are_medically_approved', to='reviews.SignOff', to_fields=('id', 'revision', 'kind', 'decision', 'reviewer')),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=articles.locks.CompositeForeignKey(fields=('facts', 'reviewed', 'facts_kind', 'decision', 'facts_reviewer'), name='published_words_are_fact_checked', to='reviews.SignOff', to_fields=('id', 'revision', 'kind', 'decision', 'reviewer')),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=articles.locks.AppendOnly(name='publications_never_change'),
        ),
    ]
