#pragma once

#include <QtCore/QUrl>
#include <QtWidgets/QWidget>

class QPushButton;

namespace ui {

class Label;

//! Of the login dialog: signing in happens in the browser, and here one waits for it.
class BrowserPage : public QWidget
{
    Q_OBJECT

public:
    explicit BrowserPage(QWidget *parent = nullptr);

    enum class Browser { Opened, Missing };

    void showIdle(); //!< says what will happen
    //! `link` is in nobody's sight, but can be copied.
    void showWaiting(const QUrl &link, Browser browser);

private:
    void copyLink();

    QUrl m_link;
    Label *m_text;
    QPushButton *m_copy;
};

} // namespace ui
