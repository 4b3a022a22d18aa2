#include "ui/run/homepage.h"

#include "ui/common/actionbutton.h"
#include "ui/common/labels.h"
#include "ui/common/plaintext.h"
#include "ui/common/wording.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QSpinBox>

#include <algorithm>
#include <utility>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostRequests = 10'000;

constexpr int mostResources = 12;

//! The rows of the grid; unused rows for resources take no room.
enum GridRow {
    UserRow,
    RolesRow,
    FirstResourceRow,
    CommandRow = FirstResourceRow + mostResources,
    FirstResponseRow,
};

//! A label that cuts its text off instead of widening the window.
Label *cutOffLabel(const QString &name, const QString &accessibleName, QWidget *parent)
{
    Label *label = valueLabel(name, accessibleName, parent);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

QString toText(const AnswerText &answer)
{
    switch (answer.kind) {
    case AnswerText::Kind::Waiting:
        return answer.text;
    case AnswerText::Kind::Good:
        return Wording::withGlyph(Wording::goodGlyph(), answer.text);
    case AnswerText::Kind::Bad:
        return Wording::withGlyph(Wording::badGlyph(), answer.text);
    }
    return {};
}

void put(Label *label, const AnswerText &answer)
{
    label->setText(toText(answer));
    setTip(label, answer.text);
}

} // namespace

HomePage::HomePage(const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
    , m_user(cutOffLabel(u"userLabel"_s, tr("User"), this))
    , m_roles(cutOffLabel(u"rolesLabel"_s, tr("Roles of the user"), this))
    , m_count(new QSpinBox(this))
    , m_rest(cutOffLabel(u"restLabel"_s, tr("Further responses"), this))
{
    setObjectName(u"homePage"_s);
    makeBold(m_user);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setColumnStretch(1, 1);
    addRow(UserRow, tr("User:"), m_user);
    m_rolesRow = addRow(RolesRow, tr("Roles:"), m_roles);
    addCommands(actions);
    addResponses();
    setResources(QStringList {QString()});
    showNobody();
}

void HomePage::addCommands(const Actions &actions)
{
    m_count->setObjectName(u"countSpin"_s);
    m_count->setRange(1, mostRequests);
    m_count->setValue(shownAnswers);
    m_count->setAccelerated(true);
    auto *countName = new Label(tr("&Requests at once:"), this);
    countName->setBuddy(m_count);
    auto *send = new ActionButton(actions.send, this);
    send->setObjectName(u"sendButton"_s);
    auto *stop = new ActionButton(actions.stop, this);
    stop->setObjectName(u"stopButton"_s);
    connect(m_count, &QSpinBox::valueChanged, this, &HomePage::countChanged);
    auto *row = new QHBoxLayout;
    row->addWidget(send);
    row->addWidget(stop);
    row->addSpacing(fontMetrics().height());
    row->addWidget(countName);
    row->addWidget(m_count);
    row->addStretch();
    m_grid->addLayout(row, CommandRow, 0, 1, 2);
}

void HomePage::addResponses()
{
    const std::array<QString, shownAnswers> names {
        tr("First response:"), tr("Second response:"), tr("Third response:")};
    const std::array<QString, shownAnswers> objectNames {
        u"firstResponse"_s, u"secondResponse"_s, u"thirdResponse"_s};
    for (int i = 0; i < shownAnswers; ++i) {
        const auto place = static_cast<std::size_t>(i);
        m_answers.at(place) = cutOffLabel(objectNames.at(place), names.at(place), this);
        addRow(FirstResponseRow + i, names.at(place), m_answers.at(place));
        setAnswer(i, {AnswerText::Kind::Waiting, tr("not sent yet")});
    }
    m_grid->addWidget(m_rest, FirstResponseRow + shownAnswers, 1);
    m_rest->hide();
}

HomePage::Row HomePage::addRow(int row, const QString &name, Label *value)
{
    auto *label = new Label(oneLine(name), this);
    m_grid->addWidget(label, row, 0);
    m_grid->addWidget(value, row, 1);
    return {label, value};
}

int HomePage::count() const
{
    return m_count->value();
}

void HomePage::setCount(int count)
{
    m_count->setValue(count);
}

void HomePage::setResources(const QStringList &names)
{
    for (const Row &row : std::exchange(m_resources, {})) {
        delete row.name;
        delete row.value;
    }
    for (int i = 0; i < std::min(mostResources, static_cast<int>(names.size())); ++i) {
        const QString name = names.size() == 1 ? tr("Resource") : names.at(i);
        auto *value = cutOffLabel(i == 0 ? u"resourceLabel"_s : u"resourceLabel_%1"_s.arg(i),
            names.size() == 1 ? tr("Protected resource") : name, this);
        m_resources.push_back(addRow(FirstResourceRow + i, tr("%1:").arg(name), value));
        put(value, {AnswerText::Kind::Waiting, tr("not signed in")});
    }
}

void HomePage::showUser(const QString &userName, const QStringList &roles)
{
    m_user->setText(userName);
    m_roles->setText(roles.join(", "_L1));
    for (Label *label : {m_rolesRow.name, m_rolesRow.value})
        label->setVisible(!roles.isEmpty());
}

void HomePage::showNobody()
{
    showUser(tr("signed out"), {});
}

void HomePage::showResource(int index, const AnswerText &answer)
{
    if (const auto place = static_cast<std::size_t>(index); place < m_resources.size())
        put(m_resources.at(place).value, answer);
}

void HomePage::showStarted(int count)
{
    m_sent = count;
    m_good = 0;
    m_bad = 0;
    for (int i = 0; i < shownAnswers; ++i)
        setAnswer(i, {AnswerText::Kind::Waiting, i < count ? tr("sent\u2026") : tr("not sent")});
    summarizeRest();
}

void HomePage::showAnswer(int index, const AnswerText &answer)
{
    (answer.kind == AnswerText::Kind::Good ? m_good : m_bad) += 1;
    if (index < shownAnswers)
        setAnswer(index, answer);
    summarizeRest();
}

void HomePage::showHeld()
{
    for (int i = 0; i < shownAnswers && i < m_sent; ++i) {
        if (m_texts.at(static_cast<std::size_t>(i)).kind == AnswerText::Kind::Waiting)
            setAnswer(i, {AnswerText::Kind::Waiting, tr("waits for sign-in\u2026")});
    }
}

void HomePage::setAnswer(int index, const AnswerText &answer)
{
    const auto place = static_cast<std::size_t>(index);
    m_texts.at(place) = answer;
    put(m_answers.at(place), answer);
}

void HomePage::summarizeRest()
{
    m_rest->setVisible(m_sent > shownAnswers);
    m_rest->setText(tr("%1 of %2 answered: %3 good, %4 failed")
                        .arg(m_good + m_bad)
                        .arg(m_sent)
                        .arg(m_good)
                        .arg(m_bad));
}

} // namespace ui
