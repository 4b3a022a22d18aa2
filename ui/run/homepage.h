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

//! Shows the user, the resources and the answers of a run. The page does no work of its own.
class HomePage : public QWidget
{
    Q_OBJECT

public:
    //! The actions behind the buttons.
    struct Actions
    {
        QAction *send = nullptr;
        QAction *stop = nullptr;
    };

    explicit HomePage(const Actions &actions, QWidget *parent = nullptr);

    [[nodiscard]] int count() const; //!< number of requests to send at once
    void setCount(int count);

    //! Names the resources of the backend; at least one.
    void setResources(const QStringList &names);
    void showUser(const QString &userName, const QStringList &roles);
    void showNobody();
    void showResource(int index, const ui::AnswerText &answer);
    void showStarted(int count);
    void showAnswer(int index, const AnswerText &answer);
    void showHeld(); //!< the unanswered requests wait for a sign-in

Q_SIGNALS:
    void countChanged(int count);

private:
    static constexpr int shownAnswers = 3;

    //! A name and a value in the grid.
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
