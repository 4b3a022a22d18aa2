#include "ui/backend/backendpanel.h"

#include "ui/backend/answerwording.h"
#include "ui/backend/backendpresenter.h"
#include "ui/common/actionbutton.h"
#include "ui/common/labels.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QSpinBox>

namespace ui {

using namespace Qt::StringLiterals;
using namespace demobackend;

namespace {

constexpr int year = 365 * 24 * 3600;
constexpr int hour = 3600;
constexpr int mostLatency = 60'000;
constexpr int mostTimes = 1000;

QSpinBox *timesSpin(const QString &name, const QString &accessibleName, QWidget *parent)
{
    auto *spin = new QSpinBox(parent);
    spin->setObjectName(name);
    spin->setAccessibleName(accessibleName);
    spin->setRange(1, mostTimes);
    spin->setPrefix(BackendPanel::tr("\u00d7 "));
    return spin;
}

void select(QComboBox *box, int data)
{
    const QSignalBlocker quiet(box);
    box->setCurrentIndex(box->findData(data));
}

} // namespace

BackendPanel::BackendPanel(const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_refreshAnswer(new QComboBox(this))
    , m_refreshTimes(
          timesSpin(u"refreshTimesSpin"_s, tr("How many refreshes are answered so"), this))
    , m_resourceAnswer(new QComboBox(this))
    , m_resourceTimes(
          timesSpin(u"resourceTimesSpin"_s, tr("How many requests are answered so"), this))
    , m_counters(new Label(this))
    , m_obstacle(new Label(this))
    , m_controls(new QWidget(this))
{
    setObjectName(u"backendPanel"_s);
    m_refreshAnswer->setObjectName(u"refreshAnswerBox"_s);
    m_resourceAnswer->setObjectName(u"resourceAnswerBox"_s);
    m_counters->setObjectName(u"countersLabel"_s);
    m_counters->setWordWrap(true);
    fillAnswers();
    // A narrow window needs narrow boxes.
    for (QComboBox *box : {m_refreshAnswer, m_resourceAnswer}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(14);
    }

    m_obstacle->setObjectName(u"demoObstacleLabel"_s);
    m_obstacle->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_obstacle);
    column->addWidget(m_controls);
    column->addStretch();
    auto *form = new QFormLayout(m_controls);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("&Next refresh:"), m_refreshAnswer);
    form->addRow(QString(), m_refreshTimes);
    form->addRow(tr("Next re&quest:"), m_resourceAnswer);
    form->addRow(QString(), m_resourceTimes);
    m_accessLifetime =
        addSpin(form, tr("&Access lifetime:"), u"accessLifetimeSpin"_s, year, tr(" s"));
    m_refreshLifetime =
        addSpin(form, tr("Refresh &lifetime:"), u"refreshLifetimeSpin"_s, year, tr(" s"));
    m_rotation = addCheck(form, tr("R&otate refresh tokens"), u"rotationBox"_s);
    m_reuseDetection = addCheck(form, tr("&Detect reuse"), u"reuseDetectionBox"_s);
    m_reuseGrace = addSpin(form, tr("Reuse &grace:"), u"reuseGraceSpin"_s, hour, tr(" s"));
    m_latency[Endpoint::SignIn] =
        addSpin(form, tr("Sign-in laten&cy:"), u"signInLatencySpin"_s, mostLatency, tr(" ms"));
    m_latency[Endpoint::Refresh] =
        addSpin(form, tr("Refresh lat&ency:"), u"refreshLatencySpin"_s, mostLatency, tr(" ms"));
    m_latency[Endpoint::Resource] =
        addSpin(form, tr("Resource late&ncy:"), u"resourceLatencySpin"_s, mostLatency, tr(" ms"));
    m_clockOffset =
        addSpin(form, tr("Server cloc&k ahead by:"), u"clockOffsetSpin"_s, year, tr(" s"));
    m_clockOffset->setMinimum(-year);
    m_accessLifetime->setMinimum(1);
    m_refreshLifetime->setMinimum(1);
    form->addRow(tr("Server saw:"), m_counters);
    auto *buttons = new QHBoxLayout;
    auto *expire = new ActionButton(actions.expireAccess, this);
    expire->setShortText(tr("Expire access"));
    expire->setObjectName(u"serverExpireButton"_s);
    auto *revoke = new ActionButton(actions.revoke, this);
    revoke->setShortText(tr("Revoke all"));
    revoke->setObjectName(u"revokeButton"_s);
    buttons->addWidget(expire);
    buttons->addWidget(revoke);
    form->addRow(buttons);

    const auto askRefresh = [this] {
        Q_EMIT refreshAnswerRequested(
            static_cast<RefreshAnswer>(m_refreshAnswer->currentData().toInt()),
            m_refreshTimes->value());
    };
    connect(m_refreshAnswer, &QComboBox::currentIndexChanged, this, askRefresh);
    connect(m_refreshTimes, &QSpinBox::valueChanged, this, askRefresh);
    const auto askResource = [this] {
        Q_EMIT resourceAnswerRequested(
            static_cast<ResourceAnswer>(m_resourceAnswer->currentData().toInt()),
            m_resourceTimes->value());
    };
    connect(m_resourceAnswer, &QComboBox::currentIndexChanged, this, askResource);
    connect(m_resourceTimes, &QSpinBox::valueChanged, this, askResource);
    showKnobs({});
    showCounters({});
    showObstacle({});
}

void BackendPanel::connectTo(BackendPresenter &backend)
{
    connect(this, &BackendPanel::knobsChanged, &backend, &BackendPresenter::setKnobs);
    connect(
        this, &BackendPanel::refreshAnswerRequested, &backend, &BackendPresenter::answerRefreshes);
    connect(
        this, &BackendPanel::resourceAnswerRequested, &backend, &BackendPresenter::answerResources);
    connect(&backend, &BackendPresenter::answersChanged, this, &BackendPanel::showAnswers);
    connect(&backend, &BackendPresenter::countersChanged, this, &BackendPanel::showCounters);
    showKnobs(backend.knobs());
}

void BackendPanel::showObstacle(const QString &whyNot)
{
    m_obstacle->setText(whyNot);
    m_obstacle->setVisible(!whyNot.isEmpty());
    m_controls->setEnabled(whyNot.isEmpty());
}

void BackendPanel::showKnobs(const Knobs &knobs)
{
    m_knobs = knobs;
    const auto set = [](QSpinBox *spin, auto value) {
        const QSignalBlocker quiet(spin);
        spin->setValue(static_cast<int>(value.count()));
    };
    set(m_accessLifetime, knobs.accessLifetime);
    set(m_refreshLifetime, knobs.refreshLifetime);
    set(m_reuseGrace, knobs.reuseGrace);
    set(m_clockOffset, knobs.clockOffset);
    for (const auto &[endpoint, spin] : m_latency) {
        const auto found = knobs.latency.find(endpoint);
        set(spin, found == knobs.latency.end() ? std::chrono::milliseconds(0) : found->second);
    }
    const QSignalBlocker quietRotation(m_rotation);
    const QSignalBlocker quietReuse(m_reuseDetection);
    m_rotation->setChecked(knobs.rotation);
    m_reuseDetection->setChecked(knobs.reuseDetection);
    m_reuseGrace->setEnabled(knobs.reuseDetection);
}

void BackendPanel::showAnswers(RefreshAnswer refresh, ResourceAnswer resource)
{
    select(m_refreshAnswer, static_cast<int>(refresh));
    select(m_resourceAnswer, static_cast<int>(resource));
}

void BackendPanel::showCounters(const Counters &counters)
{
    m_counters->setText(tr("%1 sign-ins, %2 refreshes (%3 rotations, %4 reuses), %5 \u00d7 401, "
                           "%6 served")
                            .arg(counters.signIns)
                            .arg(counters.refreshes)
                            .arg(counters.rotations)
                            .arg(counters.reuses)
                            .arg(counters.challenges)
                            .arg(counters.served));
}

QSpinBox *BackendPanel::addSpin(
    QFormLayout *form, const QString &label, const QString &name, int most, const QString &suffix)
{
    auto *spin = new QSpinBox(this);
    spin->setObjectName(name);
    spin->setRange(0, most);
    spin->setSuffix(suffix);
    spin->setAccelerated(true);
    spin->setGroupSeparatorShown(true);
    spin->setKeyboardTracking(false); // typing 900 would set a lifetime of 9 first
    form->addRow(label, spin);
    connect(spin, &QSpinBox::valueChanged, this, &BackendPanel::ask);
    return spin;
}

QCheckBox *BackendPanel::addCheck(QFormLayout *form, const QString &label, const QString &name)
{
    auto *box = new QCheckBox(label, this);
    box->setObjectName(name);
    form->addRow(QString(), box);
    connect(box, &QCheckBox::toggled, this, &BackendPanel::ask);
    return box;
}

void BackendPanel::fillAnswers()
{
    for (const RefreshAnswer answer : AnswerWording::refreshAnswers())
        m_refreshAnswer->addItem(AnswerWording::of(answer), static_cast<int>(answer));
    for (const ResourceAnswer answer : AnswerWording::resourceAnswers())
        m_resourceAnswer->addItem(AnswerWording::of(answer), static_cast<int>(answer));
}

void BackendPanel::ask()
{
    Knobs knobs = m_knobs;
    knobs.accessLifetime = std::chrono::seconds(m_accessLifetime->value());
    knobs.refreshLifetime = std::chrono::seconds(m_refreshLifetime->value());
    knobs.reuseGrace = std::chrono::seconds(m_reuseGrace->value());
    knobs.clockOffset = std::chrono::seconds(m_clockOffset->value());
    for (const auto &[endpoint, spin] : m_latency)
        knobs.latency[endpoint] = std::chrono::milliseconds(spin->value());
    knobs.rotation = m_rotation->isChecked();
    knobs.reuseDetection = m_reuseDetection->isChecked();
    showKnobs(knobs);
    Q_EMIT knobsChanged(knobs);
}

} // namespace ui
