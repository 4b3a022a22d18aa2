#include "ui/run/runpresenter.h"

#include "authcore/lab/burst.h"
#include "authcore/lab/hints.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "ui/common/wording.h"
#include "ui/run/resourceaccess.h"

#include <algorithm>
#include <utility>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace std::chrono_literals;

namespace {

constexpr auto trafficInterval = 50ms;
constexpr int shownCharacters = 200;

AnswerText toText(std::optional<int> status, QNetworkReply::NetworkError error,
    const QString &errorText, const QByteArray &body)
{
    const bool good = Wording::isGood(status, error);
    const QString code = Wording::answer(status, error);
    const QString what =
        good ? QString::fromUtf8(body.left(shownCharacters)).simplified() : errorText;
    return {good ? AnswerText::Kind::Good : AnswerText::Kind::Bad,
        what.isEmpty() ? code : QString(code % u"  "_s % what)};
}

} // namespace

RunPresenter::RunPresenter(
    AuthNetworkAccessManager &manager, lab::Trace &trace, lab::Burst &burst, QObject *parent)
    : QObject(parent)
    , m_manager(manager)
    , m_trace(trace)
    , m_burst(burst)
{
    connect(&burst, &lab::Burst::answered, this, &RunPresenter::noteAnswer);
    connect(&burst, &lab::Burst::finished, this, &RunPresenter::judgeRun);

    m_traffic.setSingleShot(true);
    m_traffic.setInterval(trafficInterval);
    connect(&m_traffic, &QTimer::timeout, this, &RunPresenter::trafficChanged);
    const auto note = [this] {
        if (!m_traffic.isActive())
            m_traffic.start();
    };
    connect(&trace, &lab::Trace::rowAdded, this, note);
    connect(&trace, &lab::Trace::rowChanged, this, note);
    connect(&trace, &lab::Trace::cleared, this, note);
}

bool RunPresenter::isRunning() const
{
    return m_burst.isRunning();
}

int RunPresenter::onTheWire() const
{
    return m_manager.activeCount();
}

int RunPresenter::held() const
{
    return static_cast<int>(m_manager.pendingReplies().size());
}

int RunPresenter::unanswered() const
{
    return isRunning() ? m_unanswered : 0;
}

QStringList RunPresenter::roles() const
{
    return rolesOf(m_manager.session().tokens());
}

void RunPresenter::send(RunConditions conditions)
{
    if (isRunning())
        return;
    conditions.local = localStateOf(m_manager.session());
    m_trace.clear();
    m_plan = planFor(conditions);
    m_unanswered = conditions.requests;
    Q_EMIT started(conditions.requests);
    lab::BurstPlan burst;
    const BackendProfile &profile = m_manager.session().profile();
    m_resource = profile.resolved(QUrl(resourcesOf(profile).constFirst().path));
    burst.url = m_resource;
    burst.count = conditions.requests;
    m_burst.start(burst);
}

void RunPresenter::stop()
{
    m_burst.abort();
    const bool wanted = m_resourcesWanted;
    stopResources();
    m_resourcesWanted = wanted;
}

void RunPresenter::clear()
{
    if (isRunning())
        return;
    m_trace.clear();
    Q_EMIT cleared();
}

void RunPresenter::loadResources()
{
    if (isRunning()) {
        m_resourcesWanted = true; // the verdict would count these requests, too
        return;
    }
    stopResources();
    const BackendProfile profile = m_manager.session().profile();
    int index = 0;
    for (const Resource &resource : resourcesOf(profile)) {
        if (isFor(resource, roles()))
            loadResource(index, profile.resolved(QUrl(resource.path)));
        else
            Q_EMIT resourceChanged(index, {AnswerText::Kind::Waiting, tr("not for your roles")});
        ++index;
    }
}

void RunPresenter::loadResource(int index, const QUrl &url)
{
    Q_EMIT resourceChanged(index, {AnswerText::Kind::Waiting, tr("loading\u2026")});
    QNetworkReply *reply = m_manager.get(QNetworkRequest(url));
    m_resources[index] = reply;
    connect(reply, &QNetworkReply::finished, this, [this, index] { showResource(index); });
}

void RunPresenter::forgetResources()
{
    stopResources();
    const auto count = resourcesOf(m_manager.session().profile()).size();
    for (int index = 0; index < count; ++index)
        Q_EMIT resourceChanged(index, {AnswerText::Kind::Waiting, tr("not signed in")});
}

void RunPresenter::stopResources()
{
    m_resourcesWanted = false;
    // Each reply removes itself from m_resources.
    for (const auto &[index, reply] : std::map(m_resources))
        reply->abort();
}

void RunPresenter::noteAnswer(int index)
{
    --m_unanswered;
    const lab::BurstAnswer &answer = m_burst.answers()[static_cast<std::size_t>(index)];
    Q_EMIT answered(index, toText(answer.status, answer.error, answer.errorText, answer.body));
}

void RunPresenter::judgeRun()
{
    m_verdict = lab::judge(m_trace, m_plan.expectation);
    if (m_plan.sessionEnd == RunPlan::SessionEnd::Unjudged) {
        auto &rules = m_verdict.rules;
        rules.erase(std::remove_if(rules.begin(), rules.end(),
                        [](const lab::RuleResult &rule) {
                            return rule.id == "session-kept"_L1 || rule.id == "session-ended"_L1;
                        }),
            rules.end());
    }
    m_verdict.rules.push_back(lab::judgeAnswers(m_burst.answers()));
    m_verdict.hints = lab::hintsFor(m_trace, m_manager.session().profile(), m_resource);
    if (m_resourcesWanted)
        loadResources();
    Q_EMIT trafficChanged();
    Q_EMIT finished(m_verdict);
}

void RunPresenter::showResource(int index)
{
    QNetworkReply *reply = m_resources.extract(index).mapped();
    reply->deleteLater();
    const QVariant status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
    Q_EMIT resourceChanged(index,
        toText(status.isValid() ? std::optional(status.toInt()) : std::nullopt, reply->error(),
            reply->errorString(), reply->readAll()));
}

} // namespace ui
