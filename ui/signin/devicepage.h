#pragma once

#include "ui/signin/signinwish.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QPushButton;

namespace ui {

class Label;

//! A page of the login dialog: shows a code to type into a browser on any device.
class DevicePage : public QWidget
{
    Q_OBJECT

public:
    explicit DevicePage(QWidget *parent = nullptr);

    void showIdle(); //!< says what will happen
    void showCode(const DeviceCode &code);

Q_SIGNALS:
    void addressRequested(const QUrl &address); //!< the address is to be opened

private:
    void countDown();

    DeviceCode m_code;
    QDeadlineTimer m_end;
    QTimer m_second {this};
    Label *m_text;
    QWidget *m_shown;
    Label *m_userCode;
    Label *m_address;
    Label *m_left;
    QPushButton *m_copy;
};

} // namespace ui
