#pragma once

#include <QtCore/QPointer>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <utility>

namespace test {

//! Plays a person with a browser at the demo backend's sign-in page: plain requests that follow the
//! page's form.
//!
//! Pages load in the background; page() is the last one that has arrived.
class ScriptedBrowser
{
public:
    enum class Decision { Allow, Deny };

    void open(const QUrl &url) { follow(m_http.get(request(url))); }
    //! Fills in the page's form and sends it.
    void decide(const QString &userName, const QString &password, Decision decision)
    {
        QByteArray body = field("decision", decision == Decision::Allow ? u"allow" : u"deny");
        body += '&' + field("username", userName) + '&' + field("password", password);
        for (const char *name : {"transaction", "user_code"})
            if (const QString value = valueOf(QString::fromLatin1(name)); !value.isEmpty())
                body += '&' + field(name, value);
        QNetworkRequest form = request(m_url.resolved(QUrl(match(m_page, "action=\"([^\"]*)\""))));
        form.setHeader(QNetworkRequest::ContentTypeHeader,
            QByteArrayLiteral("application/x-www-form-urlencoded"));
        follow(m_http.post(form, body));
    }
    [[nodiscard]] QString page() const { return m_page; }
    [[nodiscard]] bool hasForm() const { return m_page.contains(QLatin1String("<form")); }

private:
    static QNetworkRequest request(const QUrl &url)
    {
        QNetworkRequest request(url);
        request.setAttribute(
            QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
        return request;
    }
    static QByteArray field(const char *name, QStringView value)
    {
        return QByteArray(name) + '=' + QUrl::toPercentEncoding(value.toString());
    }
    static QString match(const QString &text, const char *pattern)
    {
        return QRegularExpression(QString::fromLatin1(pattern)).match(text).captured(1);
    }
    [[nodiscard]] QString valueOf(const QString &name) const
    {
        const QString tag = match(m_page,
            qPrintable(QLatin1String("(<input[^>]*name=\"") + name + QLatin1String("\"[^>]*>)")));
        return match(tag, "value=\"([^\"]*)\"");
    }
    void follow(QNetworkReply *reply)
    {
        // Like a browser, drop the page that is still loading when another one is opened.
        if (const QPointer left = std::exchange(m_loading, reply))
            left->abort();
        m_page.clear();
        QObject::connect(reply, &QNetworkReply::finished, &m_http, [this, reply] {
            reply->deleteLater();
            if (reply != m_loading)
                return;
            m_url = reply->url();
            m_page = QString::fromUtf8(reply->readAll());
        });
    }

    QNetworkAccessManager m_http;
    QPointer<QNetworkReply> m_loading;
    QUrl m_url;
    QString m_page;
};

} // namespace test
