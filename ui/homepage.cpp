#include "ui/homepage.h"

#include "ui/actionbutton.h"
#include "ui/wording.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostRequests = 10'000;

//! A label for a text of any length: it is cut off, never the window widened.
QLabel *valueLabel(const QString &name, const QString &accessibleName, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setAccessibleName(accessibleName);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

QString toText(const AnswerText &answer)
{
    switch (answer.kind) {
    case AnswerText::Kind::Waiting:
        return answer.text;
    case AnswerText::Kind::Good:
        return QString(Wording::goodGlyph() % u' ' % answer.text);
    case AnswerText::Kind::Bad:
        return QString(Wording::badGlyph() % u' ' % answer.text);
    }
    return {};
}

void put(QLabel *label, const AnswerText &answer)
{
    label->setText(toText(answer));
    label->setToolTip(answer.text);
}

} // namespace

HomePage::HomePage(const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_user(valueLabel(u"userLabel"_s, tr("User"), this))
    , m_resource(valueLabel(u"resourceLabel"_s, tr("Protected resource"), this))
    , m_count(new QSpinBox(this))
    , m_rest(valueLabel(u"restLabel"_s, tr("Further responses"), this))
{
    setObjectName(u"homePage"_s);
    QFont strong = m_user->font();
    strong.setBold(true);
    m_user->setFont(strong);
    m_count->setObjectName(u"countSpin"_s);
    m_count->setRange(1, mostRequests);
    m_count->setValue(shownAnswers);
    m_count->setAccelerated(true);
    auto *countName = new QLabel(tr("&Requests at once:"), this);
    countName->setBuddy(m_count);
    auto *send = new ActionButton(actions.send, this);
    send->setObjectName(u"sendButton"_s);
    auto *stop = new ActionButton(actions.stop, this);
    stop->setObjectName(u"stopButton"_s);
    connect(m_count, &QSpinBox::valueChanged, this, &HomePage::countChanged);

    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setColumnStretch(1, 1);
    const auto addRow = [this, grid](const QString &name, QLabel *value) {
        const int row = grid->rowCount();
        auto *label = new QLabel(name, this);
        grid->addWidget(label, row, 0);
        grid->addWidget(value, row, 1);
        return label;
    };
    addRow(tr("User:"), m_user);
    addRow(tr("Resource:"), m_resource);
    auto *sendRow = new QHBoxLayout;
    sendRow->addWidget(send);
    sendRow->addWidget(stop);
    sendRow->addSpacing(fontMetrics().height());
    sendRow->addWidget(countName);
    sendRow->addWidget(m_count);
    sendRow->addStretch();
    grid->addLayout(sendRow, grid->rowCount(), 0, 1, 2);

    const std::array<QString, shownAnswers> names {
        tr("First response:"), tr("Second response:"), tr("Third response:")};
    const std::array<QString, shownAnswers> objectNames {
        u"firstResponse"_s, u"secondResponse"_s, u"thirdResponse"_s};
    for (std::size_t i = 0; i < names.size(); ++i) {
        m_answers.at(i) = valueLabel(objectNames.at(i), names.at(i), this);
        m_names.at(i) = addRow(names.at(i), m_answers.at(i));
        setAnswer(static_cast<int>(i), {AnswerText::Kind::Waiting, tr("not sent yet")});
    }
    grid->addWidget(m_rest, grid->rowCount(), 1);
    m_rest->hide();
    showNobody();
}

int HomePage::count() const
{
    return m_count->value();
}

void HomePage::setCount(int count)
{
    m_count->setValue(count);
}

void HomePage::showUser(const QString &userName)
{
    m_user->setText(userName);
}

void HomePage::showNobody()
{
    m_user->setText(tr("signed out"));
}

void HomePage::showResource(const AnswerText &answer)
{
    put(m_resource, answer);
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
