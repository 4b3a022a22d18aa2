#pragma once

#include "authcore/demobackend/knobs.h"

#include <QtWidgets/QWidget>

#include <map>

class QAction;
class QCheckBox;
class QComboBox;
class QFormLayout;
class QSpinBox;

namespace ui {

class BackendPresenter;
class Label;

//! The knobs of the demo backend. Does no work: it asks for what was turned, and is told.
class BackendPanel : public QWidget
{
    Q_OBJECT

public:
    //! The actions behind its buttons.
    struct Actions
    {
        QAction *expireAccess = nullptr;
        QAction *revoke = nullptr;
    };

    explicit BackendPanel(const Actions &actions, QWidget *parent = nullptr);

    void connectTo(BackendPresenter &backend); //!< which outlives the panel
    void showKnobs(const demobackend::Knobs &knobs); //!< asks for nothing
    void showAnswers(demobackend::RefreshAnswer refresh, demobackend::ResourceAnswer resource);
    void showCounters(const demobackend::Counters &counters);
    //! Why nothing can be turned; empty: it can.
    void showObstacle(const QString &whyNot);

Q_SIGNALS:
    void knobsChanged(const demobackend::Knobs &knobs);
    void refreshAnswerRequested(demobackend::RefreshAnswer answer, int times);
    void resourceAnswerRequested(demobackend::ResourceAnswer answer, int times);

private:
    QSpinBox *addSpin(QFormLayout *form, const QString &label, const QString &name, int most,
        const QString &suffix);
    QCheckBox *addCheck(QFormLayout *form, const QString &label, const QString &name);
    void fillAnswers();
    void ask();

    demobackend::Knobs m_knobs; //!< what it was told last: knobs without a control stay as they are
    QComboBox *m_refreshAnswer;
    QSpinBox *m_refreshTimes;
    QComboBox *m_resourceAnswer;
    QSpinBox *m_resourceTimes;
    QSpinBox *m_accessLifetime = nullptr;
    QSpinBox *m_refreshLifetime = nullptr;
    std::map<demobackend::Endpoint, QSpinBox *> m_latency;
    QCheckBox *m_rotation = nullptr;
    QCheckBox *m_reuseDetection = nullptr;
    QSpinBox *m_reuseGrace = nullptr;
    QSpinBox *m_clockOffset = nullptr;
    Label *m_counters;
    Label *m_obstacle;
    QWidget *m_controls;
};

} // namespace ui
