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

//! Shows the knobs of the demo backend, and asks by signal for each change. The panel does no work
//! of its own.
class BackendPanel : public QWidget
{
    Q_OBJECT

public:
    //! The actions behind the buttons.
    struct Actions
    {
        QAction *expireAccess = nullptr;
        QAction *revoke = nullptr;
    };

    explicit BackendPanel(const Actions &actions, QWidget *parent = nullptr);

    void connectTo(BackendPresenter &backend); //!< the presenter outlives the panel
    void showKnobs(const demobackend::Knobs &knobs); //!< emits no signal
    void showAnswers(demobackend::RefreshAnswer refresh, demobackend::ResourceAnswer resource);
    void showCounters(const demobackend::Counters &counters);
    //! Says why no knob can be turned; empty: they all can.
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

    //! As last shown, so that knobs without a control keep their values.
    demobackend::Knobs m_knobs;
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
