#pragma once

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>

namespace test {

//! A person at a browser, without either: follows redirects, keeps cookies, fills in forms and
//! sends them off, until a page has none.
class Browser : public QObject
{
public:
    //! What the person does when asked to sign in, to consent or to confirm a code.
    enum class Answer { Agrees, Refuses };

    //! Types `account` where a name is asked for.
    explicit Browser(const QString &account, Answer answer = Answer::Agrees);

    void open(const QUrl &url);
    //! Typed where a page asks for the code of a device.
    void setUserCode(const QString &code);

    [[nodiscard]] bool isIdle() const { return m_isIdle; } //!< not opened yet, or at the last page
    [[nodiscard]] QUrl url() const
    {
        return m_url;
    } //!< of the page, or of what could not be opened
    [[nodiscard]] int status() const { return m_status; } //!< 0: could not be opened
    [[nodiscard]] QString page() const { return m_page; } //!< HTML

private:
    void watch(QNetworkReply *reply);
    void show(QNetworkReply &reply);
    void submit(const QString &action, const QString &form);
    [[nodiscard]] bool refuse();

    QNetworkAccessManager m_http {this};
    Answer m_answer;
    QHash<QString, QString> m_typed; //!< by the names of input fields
    QUrl m_url;
    QString m_page;
    int m_status = 0;
    int m_steps = 0;
    bool m_hasRefused = false;
    bool m_isIdle = true;
};

} // namespace test
