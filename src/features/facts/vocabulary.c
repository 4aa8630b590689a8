// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/facts/vocabulary.h"

static const struct fact_field case_fields[] = {
    [CASE_KIND] = {"kind", FACT_WORD},
    [CASE_PROCEDURE] = {"procedure", FACT_WORD},
    [CASE_INSTANCE] = {"instance", FACT_NUMBER},
    [CASE_CHANNEL] = {"channel", FACT_WORD},
    [CASE_PETITIONER] = {"petitioner", FACT_WORD},
    [CASE_PEOPLE] = {"people", FACT_NUMBER},
    [CASE_RECEIVED] = {"received", FACT_DAY},
    [CASE_STATE] = {"state", FACT_WORD},
    [CASE_SUBJECT] = {"subject", FACT_WORD},
    [CASE_HANDLED] = {"handled", FACT_DAY},
    [CASE_INTAKE] = {"intake", FACT_WORD},
    [CASE_TAKEN] = {"taken", FACT_DAY},
    [CASE_ELIGIBLE] = {"eligible", FACT_YES},
    [CASE_OWN] = {"own", FACT_YES},
    [CASE_DECISION] = {"decision", FACT_WORD},
    [CASE_DECIDED] = {"decided", FACT_DAY},
    [CASE_CLOSED] = {"closed", FACT_DAY},
    [CASE_ENDING] = {"ending", FACT_WORD},
    [CASE_STEP] = {"step", FACT_WORD},
    [CASE_DUE] = {"due", FACT_DAY},
    [CASE_MATTER] = {"matter", FACT_NUMBER},
    [CASE_COMPLEXITY] = {"complexity", FACT_NUMBER},
    [CASE_REOPENED] = {"reopened", FACT_DAY},
    [CASE_ENFORCED] = {"enforced", FACT_DAY},
    [CASE_FIGURES] = {NULL, FACT_WORD},
};
const struct fact_subject fact_case = {"case", case_fields};

static const struct fact_field obligation_fields[] = {
    [DUTY_KIND] = {"kind", FACT_WORD},
    [DUTY_INSTANCE] = {"instance", FACT_NUMBER},
    [DUTY_WHAT] = {"what", FACT_WORD},
    [DUTY_DECIDED] = {"decided", FACT_DAY},
    [DUTY_AMOUNT] = {"amount", FACT_NUMBER},
    [DUTY_DONE] = {"done", FACT_NUMBER},
    [DUTY_FINISHED] = {"finished", FACT_DAY},
    [DUTY_FIGURES] = {NULL, FACT_WORD},
};
const struct fact_subject fact_enforcement = {"enforcement", obligation_fields};

static const struct fact_field visit_fields[] = {
    [VISIT_KIND] = {"kind", FACT_WORD},
    [VISIT_DAY] = {"day", FACT_DAY},
    [VISIT_PEOPLE] = {"people", FACT_NUMBER},
    [VISIT_PREVIOUS] = {"previous", FACT_DAY},
    [VISIT_LED_BEFORE] = {"led_earlier", FACT_DAY},
    [VISIT_LED_AFTER] = {"led_later", FACT_DAY},
    [VISIT_DEPUTED_BEFORE] = {"deputed_earlier", FACT_DAY},
    [VISIT_DEPUTED_AFTER] = {"deputed_later", FACT_DAY},
    [VISIT_OUTCOME] = {"outcome", FACT_WORD},
    [VISIT_ANSWERED] = {"answered", FACT_DAY},
    [VISIT_DUE] = {"due", FACT_DAY},
    [VISIT_FIGURES] = {NULL, FACT_WORD},
};
const struct fact_subject fact_visit = {"visit", visit_fields};

static const struct fact_field reception_day_fields[] = {
    [RECEPTION_KIND] = {"kind", FACT_WORD},
    [RECEPTION_BY] = {"by", FACT_WORD},
    [RECEPTION_DAY] = {"day", FACT_DAY},
    [RECEPTION_POSTED] = {"posted", FACT_DAY},
    [RECEPTION_STATE] = {"state", FACT_WORD},
    [RECEPTION_FIGURES] = {NULL, FACT_WORD},
};
const struct fact_subject fact_reception_day = {"reception_day", reception_day_fields};

const struct fact_subject *const fact_vocabulary[] = {&fact_case, &fact_enforcement, &fact_visit, &fact_reception_day, NULL};

const struct fact_subject *fact_subject_named(struct str name)
{
    for (size_t i = 0; fact_vocabulary[i]; i++) {
        if (str_is(name, fact_vocabulary[i]->subject))
            return fact_vocabulary[i];
    }
    return NULL;
}
