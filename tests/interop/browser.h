#pragma once

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>

namespace test {

//! Simulates a person with a browser: follows redirects, keeps cookies, and fills in and sends
//! forms until a page has none.
class Browser : public QObject
{
public:
    //! The person's answer to a sign-in, a consent or the confirmation of a code.
    enum class Answer { Agrees, Refuses };

    //! The person types `account` as the name.
    explicit Browser(const QString &account, Answer answer = Answer::Agrees);

    void open(const QUrl &url);
    //! The person types this code on the page for devices.
    void setUserCode(const QString &code);

    [[nodiscard]] bool isIdle() const
    {
        return m_isIdle;
    } //!< not opened so far, or at the last page
    [[nodiscard]] QUrl url() const { return m_url; } //!< of the page, or of the failed request
    [[nodiscard]] int status() const { return m_status; } //!< 0: no answer
    [[nodiscard]] QString page() const { return m_page; } //!< HTML

private:
    void watch(QNetworkReply *reply);
    void show(QNetworkReply &reply);
    void submit(const QString &action, const QString &form);
    [[nodiscard]] bool refuse();

    QNetworkAccessManager m_http {this};
    Answer m_answer;
    QHash<QString, QString> m_typed; //!< the keys are the names of input fields
    QUrl m_url;
    QString m_page;
    int m_status = 0;
    int m_steps = 0;
    bool m_hasRefused = false;
    bool m_isIdle = true;
};

} // namespace test
