#pragma once

#include "ui/run/runpresenter.h"

#include <QtWidgets/QWidget>

#include <array>
#include <vector>

class QAction;
class QGridLayout;
class QSpinBox;

namespace ui {

class Label;

//! Who is signed in, the resource, and what a burst was answered. Does no work: it is told.
class HomePage : public QWidget
{
    Q_OBJECT

public:
    //! The actions behind its buttons.
    struct Actions
    {
        QAction *send = nullptr;
        QAction *stop = nullptr;
    };

    explicit HomePage(const Actions &actions, QWidget *parent = nullptr);

    [[nodiscard]] int count() const; //!< requests to send at once
    void setCount(int count);

    //! What the backend has for its users; at least one.
    void setResources(const QStringList &names);
    void showUser(const QString &userName, const QStringList &roles);
    void showNobody();
    void showResource(int index, const ui::AnswerText &answer);
    void showStarted(int count);
    void showAnswer(int index, const AnswerText &answer);
    void showHeld(); //!< what is not answered waits for a sign-in

Q_SIGNALS:
    void countChanged(int count);

private:
    static constexpr int shownAnswers = 3;

    //! A name and a value, in the grid.
    struct Row
    {
        Label *name = nullptr;
        Label *value = nullptr;
    };

    Row addRow(int row, const QString &name, Label *value);
    void addCommands(const Actions &actions);
    void addResponses();
    void setAnswer(int index, const AnswerText &answer);
    void summarizeRest();

    QGridLayout *m_grid;
    Label *m_user;
    Label *m_roles;
    Row m_rolesRow;
    std::vector<Row> m_resources;
    QSpinBox *m_count;
    std::array<Label *, shownAnswers> m_answers {};
    Label *m_rest;
    std::array<AnswerText, shownAnswers> m_texts;
    int m_sent = 0;
    int m_good = 0;
    int m_bad = 0;
};

} // namespace ui
