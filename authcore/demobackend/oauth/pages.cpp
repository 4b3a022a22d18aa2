#include "authcore/demobackend/oauth/pages.h"

#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/oauth/oauthscopes.h"

#include <QtCore/QStringBuilder>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr QLatin1StringView style(
    "body{font:16px/1.5 system-ui,sans-serif;background:#eef1f5;color:#1d2733;margin:0}"
    "main{max-width:24rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:12px;"
    "box-shadow:0 2px 12px #0002}"
    "h1{font-size:1.3rem;margin-top:0}label{display:block;margin-top:1rem}"
    "input{display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit;"
    "border:1px solid #9aa7b5;border-radius:6px}"
    "button{margin:1.5rem .5rem 0 0;padding:.5rem 1.5rem;font:inherit;border-radius:6px;"
    "border:1px solid #1f5fbf;background:#fff;color:#1f5fbf}"
    "button.first{background:#1f5fbf;color:#fff}"
    ".problem{padding:.5rem 1rem;background:#fdecea;border-left:4px solid #b3261e}"
    "small{color:#566474}"
    "@media(prefers-color-scheme:dark){body{background:#12171d;color:#e6ebf1}"
    "main{background:#1c242d}input{background:#12171d;color:inherit}"
    "button{background:none;color:#8ab4f8;border-color:#8ab4f8}"
    ".problem{background:#4a1f1c}small{color:#9aa7b5}}");

QString wholePage(const QString &title, const QString &content)
{
    return u"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
           "<meta name=\"viewport\" content=\"width=device-width\"><title>"_s
        % title.toHtmlEscaped() % u"</title><style>"_s % style
        % u"</style></head>\n<body><main><h1>"_s % title.toHtmlEscaped() % u"</h1>\n"_s % content
        % u"</main></body></html>\n"_s;
}

QString input(const QString &label, const QString &attributes, const QString &value = {})
{
    const QString filledIn =
        value.isEmpty() ? QString() : QString(u" value=\""_s % value.toHtmlEscaped() % u'"');
    return u"<label>"_s % label % u"<input "_s % attributes % filledIn % u"></label>\n"_s;
}

QString listOf(const QStringList &names)
{
    QString items;
    for (const auto &scope : oauthScopes())
        if (names.contains(scope.name))
            items += u"<li>"_s % scope.purpose % u"</li>"_s;
    return u"<ul>"_s % items % u"</ul>\n"_s;
}

QString hintAtUsers()
{
    QStringList users;
    for (const auto &user : demoUsers())
        users.append(user.name % u" / "_s % user.password);
    return u"<p><small>This is the demo backend. Who may sign in: "_s
        % users.join(u", "_s).toHtmlEscaped() % u"</small></p>\n"_s;
}

} // namespace

QString toHtml(const ConsentPage &page)
{
    QString content;
    if (!page.problem.isEmpty())
        content +=
            u"<p class=\"problem\" role=\"alert\">"_s % page.problem.toHtmlEscaped() % u"</p>\n"_s;
    if (!page.clientName.isEmpty())
        content += u"<p><b>"_s % page.clientName.toHtmlEscaped() % u"</b> would like to:</p>\n"_s
            % listOf(page.scopes);
    content += u"<form method=\"post\" action=\""_s % page.action.toHtmlEscaped() % u"\">\n"_s;
    if (page.transaction.isEmpty())
        content += input(u"Code shown by the device"_s,
            u"name=\"user_code\" required autocomplete=\"off\""_s, page.userCode);
    else
        content += u"<input type=\"hidden\" name=\"transaction\" value=\""_s
            % page.transaction.toHtmlEscaped() % u"\">\n"_s;
    content += input(
        u"User name"_s, u"name=\"username\" required autocomplete=\"username\""_s, page.userName);
    content += input(u"Password"_s,
        u"name=\"password\" type=\"password\" required autocomplete=\"current-password\""_s);
    content += u"<button class=\"first\" name=\"decision\" value=\"allow\">Sign in and allow"
               "</button>\n<button name=\"decision\" value=\"deny\" formnovalidate>Deny</button>\n"
               "</form>\n"_s;
    content += hintAtUsers();
    return wholePage(page.transaction.isEmpty() ? u"Connect a device"_s : u"Sign in"_s, content);
}

QString messageHtml(const QString &title, const QString &text)
{
    return wholePage(title, u"<p>"_s % text.toHtmlEscaped() % u"</p>\n"_s);
}

} // namespace demobackend
