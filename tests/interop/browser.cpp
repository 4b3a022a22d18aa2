#include "tests/interop/browser.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QNetworkReply>

using namespace Qt::StringLiterals;

namespace test {

namespace {

constexpr int mostSteps = 30; // a sign-in needs ten

QNetworkRequest requestFor(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "text/html");
    request.setAttribute(
        QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    return request;
}

QString attribute(const QString &tag, const QString &name)
{
    const QRegularExpression value(u"\\b%1=\"([^\"]*)\""_s.arg(name));
    return value.match(tag).captured(1).replace("&amp;"_L1, "&"_L1);
}

} // namespace

Browser::Browser(const QString &account, Answer answer)
    : m_answer(answer)
    , m_typed {{u"login"_s, account}, {u"password"_s, u"any will do"_s}}
{
}

void Browser::setUserCode(const QString &code)
{
    m_typed[u"user_code"_s] = code;
}

void Browser::open(const QUrl &url)
{
    m_isIdle = false;
    watch(m_http.get(requestFor(url)));
}

void Browser::watch(QNetworkReply *reply)
{
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        show(*reply);
    });
}

void Browser::show(QNetworkReply &reply)
{
    m_url = reply.url();
    m_status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_page = QString::fromUtf8(reply.readAll());
    const auto next = reply.attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
    if (++m_steps > mostSteps) {
        m_isIdle = true;
        return;
    }
    if (!next.isEmpty()) {
        open(m_url.resolved(next));
        return;
    }
    static const QRegularExpression form(
        u"<form ([^>]*)>(.*?)</form>"_s, QRegularExpression::DotMatchesEverythingOption);
    const auto found = form.match(m_page);
    if (m_status != 200 || !found.hasMatch() || m_hasRefused)
        m_isIdle = true;
    else if (m_answer == Answer::Agrees || !refuse())
        submit(attribute(found.captured(1), u"action"_s), found.captured(2));
}

//! Follows the page's link to cancel. False: the page has none.
bool Browser::refuse()
{
    static const QRegularExpression cancel(u"<a href=\"([^\"]*)\">\\[ Cancel \\]</a>"_s);
    const auto found = cancel.match(m_page);
    m_hasRefused = found.hasMatch();
    if (m_hasRefused)
        open(m_url.resolved(QUrl(found.captured(1))));
    return m_hasRefused;
}

void Browser::submit(const QString &action, const QString &form)
{
    static const QRegularExpression input(u"<input\\s([^>]*)>"_s);
    QByteArrayList fields;
    const auto add = [&fields](const QString &name, const QString &value) {
        fields << QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    };
    for (auto field = input.globalMatch(form); field.hasNext();) {
        const auto tag = field.next().captured(1);
        const auto name = attribute(tag, u"name"_s);
        const auto isHidden = attribute(tag, u"type"_s) == "hidden"_L1;
        add(name, isHidden ? attribute(tag, u"value"_s) : m_typed.value(name));
    }
    if (m_answer == Answer::Refuses && m_page.contains(R"(name="abort")"_L1)) {
        m_hasRefused = true;
        add(u"abort"_s, u"yes"_s);
    }
    auto request = requestFor(m_url.resolved(QUrl(action)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
    watch(m_http.post(request, fields.join('&')));
}

} // namespace test
